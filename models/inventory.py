"""What is asked of the inventory, and what it answers."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, OrderId, Record, Sku


class StockItem(Record):
    sku: Sku
    quantity: Annotated[int, Field(strict=True, gt=0, le=10_000)]


Items = Annotated[tuple[StockItem, ...], Field(min_length=1, max_length=500)]


class StockRequest(Record):
    order_id: OrderId
    items: Items


class Reservation(Record):
    id: Id
    order_id: OrderId
    status: Literal["reserved"]


class StockRelease(Record):
    """Without an id there was nothing to release."""

    id: Id | None
    status: Literal["released", "nothing_to_release"]
