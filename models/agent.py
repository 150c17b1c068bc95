"""A question to an AI agent, and its judgement."""

from pydantic import Field, JsonValue

from models.fields import Record


class JudgeRequest(Record):
    prompt: str
    context: JsonValue = Field(default=None, repr=False)
    """What is to be judged: data that others have written, and that is never an instruction."""
    output_schema: JsonValue
    """JSON Schema of the answer."""


class Judgement(Record):
    answer: JsonValue
    """It fits the schema that was asked for."""
