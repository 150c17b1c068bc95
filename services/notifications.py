"""The notifications: messages to customers, which nobody can call back, and what the people who run the flows are told."""

import json
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id, now

UNREACHABLE_SUFFIX = ".invalid"  # a top-level domain that never exists (RFC 2606 section 2)

RECIPIENT_REFUSED = ProblemType("recipient-refused", 422, "This recipient cannot be reached")

notifications = Service(
    name="notifications",
    description="Queues messages to customers, and tells the people who run the flows. Recipients that end in "
    f"`{UNREACHABLE_SUFFIX}` are refused.",
    schema="""
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, recipient TEXT NOT NULL, template TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ops_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, workflow_id TEXT NOT NULL, message TEXT NOT NULL);
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


class OpsMessageRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to": "ops",
                    "kind": "incident",
                    "workflow_id": "order-A-1",
                    "step": "create_shipment",
                    "incident": "create_shipment.1",
                    "subject": "order order-A-1: create_shipment needs a person",
                    "text": "Why: the credentials were refused",
                    "link": "http://127.0.0.1:8233/namespaces/default/workflows/order-A-1",
                }
            ]
        }
    )

    to: Annotated[str, Field(min_length=1, max_length=320)]
    kind: Annotated[str, Field(min_length=1, max_length=100)]
    workflow_id: Annotated[str, Field(min_length=1, max_length=1000)]
    step: Annotated[str | None, Field(max_length=1000)] = None
    incident: Annotated[str | None, Field(max_length=1000)] = None
    subject: Annotated[str, Field(max_length=10_000)]
    text: Annotated[str, Field(max_length=100_000)]
    link: Annotated[str | None, Field(max_length=10_000)] = None


class Told(BaseModel):
    status: Literal["told"] = "told"


class OpsMessage(OpsMessageRequest):
    at: AwareDatetime


class OpsMessages(RootModel[list[OpsMessage]]):
    """Newest first."""


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


@notifications.step("/ops", operation_id="tellOps", status=202, refusals=(RECIPIENT_REFUSED,))
def tell_ops(db: Connection, body: OpsMessageRequest) -> Told:
    """Tell the people who run the flows what needs them; it is no effect of a flow."""
    if body.to.endswith(UNREACHABLE_SUFFIX):
        raise Refused(RECIPIENT_REFUSED, f"{body.to} does not exist")
    db.execute(
        "INSERT INTO ops_messages (at, workflow_id, message) VALUES (?, ?, ?)",
        (now(), body.workflow_id, body.model_dump_json()),
    )
    return Told()


@notifications.read("/ops", operation_id="listOpsMessages")
def list_ops_messages(db: Connection, workflow_id: str | None = None) -> OpsMessages:
    """What they were told, newest first; of one flow, or of all."""
    rows = db.execute(
        "SELECT at, message FROM ops_messages WHERE ?1 IS NULL OR workflow_id = ?1 ORDER BY id DESC",
        (workflow_id,),
    )
    return OpsMessages([OpsMessage(at=row["at"], **json.loads(row["message"])) for row in rows])
