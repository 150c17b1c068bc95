"""What is asked for with an overview of a customer, and the overview itself."""

from typing import Annotated, Literal
from uuid import uuid4

from pydantic import Field

from models.customers import CustomerId, OrderHistory, Preferences, Profile
from models.fields import NaturalId, Record


def _new_request_id() -> str:
    return uuid4().hex


class OverviewRequest(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    customer_id: CustomerId
    request_id: Annotated[
        NaturalId, Field(description="of this one question, since an answer grows old; without it a new one")
    ] = Field(default_factory=_new_request_id)


class MissingPart(Record):
    part: str
    """Name of the field that is empty."""
    reason: str


class CustomerOverview(Record):
    """What is known of a customer; each part is there, or among `missing`."""

    customer_id: CustomerId
    profile: Profile | None
    orders: OrderHistory | None
    preferences: Preferences | None
    missing: tuple[MissingPart, ...]
    status: Literal["complete", "partial"]
