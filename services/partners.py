"""The partners: the APIs of other companies, each of which is handed messages by its name."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

CLOSED_PREFIX = "closed"

PARTNER_REFUSED = ProblemType("partner-refused", 422, "The partner does not accept the message")

partners = Service(
    name="partners",
    description="Hands messages over to partners, who can be asked to forget them. A partner takes a message "
    "once, by its id: handed over again, it is answered with the first delivery. Partners whose name begins "
    f"with `{CLOSED_PREFIX}` accept none.",
    schema="""
CREATE TABLE IF NOT EXISTS partner_messages (
    id TEXT PRIMARY KEY, partner TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_delivery
    ON partner_messages (partner, message_id) WHERE status = 'delivered';
""",
)


class Delivery(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"partner": "crm", "message_id": "M-1", "body": "Ada Lovelace has moved."}]
        }
    )

    partner: Annotated[str, Field(min_length=1, max_length=100)]
    message_id: Annotated[str, Field(min_length=1, max_length=100)]
    body: Annotated[str, Field(min_length=1, max_length=100_000)]


class Delivered(Resource):
    partner: str
    message_id: str
    status: Literal["delivered", "recalled"]


class DeliveredBefore(BaseModel):
    """As the first answer, and no further effect."""

    id: str
    partner: str
    message_id: str
    status: Literal["delivered"] = "delivered"


@partners.step("/messages", operation_id="deliverMessage", refusals=(PARTNER_REFUSED,))
def deliver_message(db: Connection, body: Delivery) -> Delivered | DeliveredBefore:
    """Hand a message over to a partner, who takes it once."""
    if body.partner.startswith(CLOSED_PREFIX):
        raise Refused(PARTNER_REFUSED, f"{body.partner} accepts no messages")
    before = _standing(db, body.partner, body.message_id)
    if before:
        return DeliveredBefore.model_validate(before.model_dump())
    made = Delivered(id=new_id("dlv"), partner=body.partner, message_id=body.message_id, status="delivered")
    db.execute(
        "INSERT INTO partner_messages VALUES (?, ?, ?, ?, ?)",
        (made.id, made.partner, made.message_id, body.body, made.status),
    )
    return made


@partners.compensation(
    "/messages/recall",
    operation_id="recallMessage",
    undoes="deliverMessage",
    done="recalled",
    nothing="nothing_to_recall",
)
def recall_message(db: Connection, delivery_id: str) -> None:
    """Have a partner forget what was delivered under a key."""
    db.execute("UPDATE partner_messages SET status = 'recalled' WHERE id = ?", (delivery_id,))


@partners.read("/messages", operation_id="findDelivery")
def find_delivery(db: Connection, partner: str, message_id: str) -> Delivered:
    """Look up what a partner has of a message."""
    found = _standing(db, partner, message_id)
    if found is None:
        raise Refused(NOT_FOUND, f"{partner} has no message {message_id}")
    return found


@partners.read("/messages/{delivery_id}", operation_id="getDelivery")
def get_delivery(db: Connection, delivery_id: str) -> Delivered:
    """Look up a delivery, whatever has become of it."""
    row = db.execute("SELECT * FROM partner_messages WHERE id = ?", (delivery_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no delivery {delivery_id}")
    return Delivered.model_validate(dict(row))


def _standing(db: Connection, partner: str, message_id: str) -> Delivered | None:
    row = db.execute(
        "SELECT * FROM partner_messages WHERE partner = ? AND message_id = ? AND status = 'delivered'",
        (partner, message_id),
    ).fetchone()
    return None if row is None else Delivered.model_validate(dict(row))
