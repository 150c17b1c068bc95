"""What the people who run the flows are told, and the receipt for it."""

from typing import Literal

from models.fields import Record


class OpsMessage(Record):
    to: str
    kind: str
    workflow_id: str
    step: str | None
    incident: str | None
    subject: str
    text: str
    link: str | None


class OpsReceipt(Record):
    status: Literal["told"]
