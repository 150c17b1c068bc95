"""The orders that are placed: every tenth cannot be shipped, so what it has done is undone."""

import uuid
from pathlib import Path

from models.order import Order

_EXAMPLES = Path(__file__).parents[1] / "examples"
_SHIPPED = Order.model_validate_json((_EXAMPLES / "order.json").read_bytes())
_REFUSED = Order.model_validate_json((_EXAMPLES / "order-not-shippable.json").read_bytes())
_LARGE = Order.model_validate_json((_EXAMPLES / "order-large.json").read_bytes())

REFUSED_ONE_IN = 10
REFUSAL = "AddressNotServed"
"""With this failure type the refused orders end."""
NOT_SERVED = _REFUSED.shipping_address.country


class Orders:
    """An endless row of orders, each with an id of its own."""

    def __init__(self) -> None:
        self._placed = 0

    def next(self) -> tuple[Order, bool]:
        """The next order, and whether it is one that is refused."""
        self._placed += 1
        refused = self._placed % REFUSED_ONE_IN == 2  # noqa: PLR2004 - so that the first two are one of each
        return _anew(_REFUSED if refused else _SHIPPED), refused


def large_order() -> Order:
    """One that waits for an approval."""
    return _anew(_LARGE)


def _anew(order: Order) -> Order:
    return order.model_copy(update={"order_id": str(uuid.uuid4())})
