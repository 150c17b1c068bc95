"""What is asked of a payment provider that charges at once, and what it answers."""

from typing import Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, NaturalId, Record
from models.payments import PaymentMethod


class ChargeRequest(Record):
    subscription_id: NaturalId
    amount: Amount
    currency: Currency
    payment_method: PaymentMethod = Field(repr=False)


class Charge(Record):
    id: Id
    amount: Amount
    currency: Currency
    status: Literal["charged"]


class ChargeRefund(Record):
    """Without an id there was nothing to refund."""

    id: Id | None
    status: Literal["refunded", "nothing_to_refund"]
