"""The order history: what our customers have bought, newest first."""

from datetime import date
from decimal import Decimal
from sqlite3 import Connection
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.backstage.operations import Resource, Service
from services.backstage.problems import NOT_FOUND, Refused

order_history = Service(
    name="order_history",
    description="Knows what C-1001 and C-1002 have bought, and that C-1003 has bought nothing yet.",
    schema="",
)


class PastOrder(BaseModel):
    model_config = ConfigDict(frozen=True)

    order_id: str
    placed_on: date
    total: Decimal
    currency: str


class OrderHistory(Resource):
    orders: tuple[PastOrder, ...]


def _order(order_id: str, placed_on: date, total: str) -> PastOrder:
    return PastOrder(order_id=order_id, placed_on=placed_on, total=Decimal(total), currency="EUR")


ORDERS: dict[str, tuple[PastOrder, ...]] = {
    "C-1001": (
        _order("A-0917", date(2026, 9, 17), "129.00"),
        _order("A-0642", date(2026, 3, 2), "18.50"),
        _order("A-0311", date(2025, 12, 11), "74.95"),
    ),
    "C-1002": (_order("A-0733", date(2026, 5, 30), "249.00"),),
    "C-1003": (),
}


@order_history.read("/customers/{customer_id}/orders", operation_id="listOrders")
def list_orders(
    db: Connection, customer_id: str, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> OrderHistory:
    """Look up the newest orders of a customer."""
    del db
    if customer_id not in ORDERS:
        raise Refused(NOT_FOUND, f"there is no customer {customer_id}")
    return OrderHistory(id=customer_id, orders=ORDERS[customer_id][:limit])
