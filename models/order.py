"""An order as a customer places it, and what became of it."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from models.fields import MAX_AMOUNT, Currency, Id, Line, OrderId, Price, Record
from models.inventory import StockItem
from models.notifications import EmailAddress
from models.payments import PaymentMethod
from models.shipping import Address


class Customer(Record):
    name: Line
    email: EmailAddress = Field(repr=False)


class OrderItem(StockItem):
    unit_price: Price


def _total(items: tuple[OrderItem, ...]) -> Decimal:
    return sum((item.quantity * item.unit_price for item in items), Decimal(0))


def _payable(items: tuple[OrderItem, ...]) -> tuple[OrderItem, ...]:
    total = _total(items)
    if not 0 < total <= MAX_AMOUNT:
        raise ValueError(f"the total has to be above 0 and at most {MAX_AMOUNT}, and is {total}")
    return items


class Order(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    order_id: OrderId
    customer: Customer
    items: Annotated[tuple[OrderItem, ...], Field(min_length=1, max_length=500), AfterValidator(_payable)]
    shipping_address: Address
    payment_method: PaymentMethod = Field(repr=False)
    currency: Currency

    @property
    def total(self) -> Decimal:
        """What the customer pays, in `currency`."""
        return _total(self.items)


class OrderResult(Record):
    """What a completed order has led to."""

    order_id: OrderId
    reservation_id: Id
    payment_id: Id
    shipment_id: Id
    tracking_id: Id
    total: Price
    currency: Currency
    status: Literal["completed"] = "completed"
