"""What is asked of the shipping, and what it answers."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, Line, OrderId, Record
from models.inventory import Items


class Address(Record):
    name: Line = Field(repr=False)
    street: Line = Field(repr=False)
    city: Line
    postal_code: Annotated[str, Field(min_length=1, max_length=20)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2", examples=["DE"])]


class ShipmentRequest(Record):
    order_id: OrderId
    reservation_id: Id
    address: Address
    items: Items


class Shipment(Record):
    id: Id
    order_id: OrderId
    tracking_id: Id
    status: Literal["created"]


class ShipmentCancellation(Record):
    """Without an id there was nothing to cancel."""

    id: Id | None
    status: Literal["cancelled", "nothing_to_cancel"]
