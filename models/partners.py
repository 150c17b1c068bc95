"""What is handed over to partners, and what they answer."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, NaturalId, Record

PartnerName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,49}$",
        description="small letters, digits and underscores",
        examples=["crm"],
    ),
]
MessageBody = Annotated[str, Field(min_length=1, max_length=20_000)]


class Delivery(Record):
    partner: PartnerName
    message_id: NaturalId
    body: MessageBody = Field(repr=False)


class Delivered(Record):
    id: Id
    partner: PartnerName
    status: Literal["delivered"]


class DeliveryRecall(Record):
    """Without an id there was nothing to recall."""

    id: Id | None
    status: Literal["recalled", "nothing_to_recall"]
