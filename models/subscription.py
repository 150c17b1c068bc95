"""A subscription as a customer takes it out, and what became of it."""

from typing import Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, Line, NaturalId, Record
from models.notifications import EmailAddress
from models.payments import PaymentMethod
from models.users import UserId


class Subscription(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    subscription_id: NaturalId = Field(examples=["S-1001"])
    user_id: UserId
    email: EmailAddress = Field(repr=False)
    plan: Line = Field(examples=["team"])
    price: Amount
    currency: Currency
    payment_method: PaymentMethod = Field(repr=False)


class SubscriptionResult(Record):
    """What a subscription that stands has led to."""

    subscription_id: NaturalId
    charge_id: Id
    workspace_id: Id
    address: Line
    price: Amount
    currency: Currency
    status: Literal["completed"] = "completed"
