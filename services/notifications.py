"""The notifications: messages to people, which nobody can call back once they are accepted."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

UNREACHABLE_SUFFIX = ".invalid"  # a top-level domain that never exists (RFC 2606 section 2)

RECIPIENT_REFUSED = ProblemType("recipient-refused", 422, "This recipient cannot be reached")

notifications = Service(
    name="notifications",
    description=f"Queues messages to people. Recipients that end in `{UNREACHABLE_SUFFIX}` are refused.",
    schema="""
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, recipient TEXT NOT NULL, template TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
""",
)


class MessageRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recipient": "ada@example.com",
                    "template": "order-confirmed",
                    "subject": "Your order A-1",
                    "text": "It is on its way: TRK_0123456789AB",
                }
            ]
        }
    )

    recipient: Annotated[str, Field(min_length=1, max_length=320)]
    template: Annotated[str, Field(min_length=1, max_length=100)]
    subject: Annotated[str, Field(max_length=1000)]
    text: Annotated[str, Field(max_length=100_000)]


class Accepted(Resource):
    status: Literal["queued"] = "queued"


class Message(Resource):
    recipient: str
    template: str
    subject: str
    text: str
    status: Literal["queued"]


@notifications.step("/messages", operation_id="sendNotification", status=202, refusals=(RECIPIENT_REFUSED,))
def send_notification(db: Connection, body: MessageRequest) -> Accepted:
    """Queue a message to a person."""
    if body.recipient.endswith(UNREACHABLE_SUFFIX):
        raise Refused(RECIPIENT_REFUSED, "the recipient's address does not exist")
    message = Message(id=new_id("msg"), status="queued", **body.model_dump())
    db.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", tuple(message.model_dump().values()))
    return Accepted(id=message.id)


@notifications.read("/messages/{message_id}", operation_id="getMessage")
def get_message(db: Connection, message_id: str) -> Message:
    """Look up a message."""
    row = db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no message {message_id}")
    return Message.model_validate(dict(row))
