"""The agent: a stand-in for a language model that is asked in the OpenAI chat format, with scripted judgements."""

import json
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.backstage.operations import RequestBody, Service
from services.backstage.problems import ProblemType

UNSURE = "no idea"

MODEL_UNKNOWN = ProblemType("model-unknown", 404, "There is no such model")

agent = Service(
    name="agent",
    description="Judges under the JSON Schema that it is given. What is scripted for words of the question comes first; "
    "else it takes the choice of an `enum` that occurs in what was written last, or the first one, and the least that "
    f"the schema needs. Where it reads `{UNSURE}`, it declines.",
    schema="""
CREATE TABLE IF NOT EXISTS judgements (
    id INTEGER PRIMARY KEY AUTOINCREMENT, words TEXT NOT NULL, content TEXT NOT NULL, finish_reason TEXT NOT NULL);
""",
)

Schema = dict[str, JsonValue]
FinishReason = Literal["stop", "length", "content_filter", "tool_calls"]


class ChatMessage(RequestBody):
    role: Literal["system", "user"]
    content: str


class NamedSchema(RequestBody):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str
    given: Annotated[Schema | bool, Field(alias="schema")]


class ResponseFormat(RequestBody):
    type: Literal["json_schema"]
    json_schema: NamedSchema


class ChatRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "stand-in",
                    "messages": [{"role": "user", "content": 'Which team? DATA "the payments are late"'}],
                    "response_format": {
                        "type": "json_schema",
                        "json_schema": {
                            "name": "judgement",
                            "schema": {"enum": ["orders", "payments"]},
                        },
                    },
                }
            ]
        }
    )

    model: Annotated[str, Field(min_length=1, max_length=200)]
    messages: Annotated[tuple[ChatMessage, ...], Field(min_length=1, max_length=100)]
    response_format: ResponseFormat


class AssistantMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    index: int = 0
    message: AssistantMessage
    finish_reason: FinishReason = "stop"


class Completion(BaseModel):
    """A judgement is no effect of a flow."""

    object: Literal["chat.completion"] = "chat.completion"
    model: str
    choices: tuple[Choice, ...]


class Script(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"words": "refund", "content": '{"team": "payments"}'}]}
    )

    words: Annotated[str, Field(min_length=1, max_length=1_000, description="that occur in the question")]
    content: Annotated[str, Field(max_length=1_000_000, description="what is answered, word for word")]
    finish_reason: FinishReason = "stop"


class Scripted(BaseModel):
    words: str


@agent.step("/chat/completions", operation_id="createChatCompletion", refusals=(MODEL_UNKNOWN,), status=200)
def create_chat_completion(db: Connection, body: ChatRequest) -> Completion:
    """Ask for a judgement."""
    question = "\n".join(message.content for message in body.messages if message.role == "user")
    choice = _scripted(db, question) or _judged(question, body.messages[-1].content, body.response_format)
    return Completion(model=body.model, choices=(choice,))


@agent.step("/judgements", operation_id="scriptJudgement", refusals=(MODEL_UNKNOWN,))
def script_judgement(db: Connection, body: Script) -> Scripted:
    """Say what is answered to questions with certain words; the newest comes first."""
    db.execute(
        "INSERT INTO judgements (words, content, finish_reason) VALUES (?, ?, ?)",
        (body.words, body.content, body.finish_reason),
    )
    return Scripted(words=body.words)


def _scripted(db: Connection, question: str) -> Choice | None:
    row = db.execute(
        "SELECT content, finish_reason FROM judgements WHERE instr(?, words) > 0 ORDER BY id DESC",
        (question,),
    ).fetchone()
    if row is None:
        return None
    said = AssistantMessage(content=row["content"])
    return Choice(message=said, finish_reason=row["finish_reason"])


def _judged(question: str, last: str, wanted: ResponseFormat) -> Choice:
    if UNSURE in question:
        return Choice(message=AssistantMessage(refusal="I cannot tell."))
    return Choice(message=AssistantMessage(content=json.dumps(_fitting(wanted.json_schema.given, last))))


def _fitting(schema: JsonValue, text: str) -> JsonValue:
    """A simple value of a simple schema: an object has what is required, and each part is decided by the text."""
    if not isinstance(schema, dict):
        return None
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        said = (choice for choice in choices if isinstance(choice, str) and choice.lower() in text.lower())
        return next(said, choices[0])
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        return {str(name): _fitting(properties.get(str(name)), text) for name in required}
    return SIMPLEST.get(str(schema.get("type")))


SIMPLEST: dict[str, JsonValue] = {
    "string": "as it is",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
}
