"""What is asked of the payments, and what they answer."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, OrderId, Record

PaymentMethod = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]
"""A token that stands for the customer's card or account, never a card number."""


class PaymentRequest(Record):
    order_id: OrderId
    amount: Amount
    currency: Currency
    payment_method: PaymentMethod = Field(repr=False)


class Authorization(Record):
    id: Id
    order_id: OrderId
    amount: Amount
    currency: Currency
    status: Literal["authorized"]


class AuthorizationVoid(Record):
    """Without an id there was nothing to void."""

    id: Id | None
    status: Literal["voided", "nothing_to_void"]


class CaptureRequest(Record):
    payment_id: Id
    amount: Amount
    currency: Currency


class Capture(Record):
    id: Id
    payment_id: Id
    status: Literal["captured"]


class Refund(Record):
    """Without an id there was nothing to refund."""

    id: Id | None
    status: Literal["refunded", "nothing_to_refund"]
