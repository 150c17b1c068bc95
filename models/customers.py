"""What is known of a customer, each part by a service of its own."""

from datetime import date
from typing import Annotated

from pydantic import Field

from models.fields import Currency, Id, Line, NaturalId, Price, Record
from models.notifications import EmailAddress

CustomerId = Annotated[NaturalId, Field(examples=["C-1001"])]


class CustomerQuery(Record):
    customer_id: CustomerId


class OrdersQuery(CustomerQuery):
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    """How many of the newest."""


class Profile(Record):
    name: Line = Field(repr=False)
    email: EmailAddress = Field(repr=False)
    tier: Annotated[str, Field(max_length=100)]


class PastOrder(Record):
    order_id: Id
    placed_on: date
    total: Price
    currency: Currency


class OrderHistory(Record):
    """Newest first."""

    orders: tuple[PastOrder, ...]


class Preferences(Record):
    language: Annotated[str, Field(max_length=100)]
    channel: Annotated[str, Field(max_length=100)]
