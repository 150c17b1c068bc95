"""An invoice of a supplier as somebody asks for its payment, and what became of it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, Line, NaturalId, Record
from models.people import GroupId, PersonId
from models.transfers import Account

PAYMENT_RUN = time(6, tzinfo=UTC)
"""When on the due date the money goes."""

Wait = Annotated[timedelta, Field(gt=timedelta(), le=timedelta(days=365))]


class Terms(Record):
    """How long people may take. A day is a working day, unless work goes on around the clock."""

    remind_every: Wait = timedelta(days=1)
    deputies_after: Wait = timedelta(days=2)
    heads_after: Wait = timedelta(days=4)
    decide_within: Wait = timedelta(days=5)
    around_the_clock: bool = False


class Invoice(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    invoice_id: NaturalId = Field(examples=["R-4711"])
    requester: PersonId = Field(description="who asks for the payment, and may not approve it")
    approvers: GroupId = Field(description="the group whose members may approve")
    supplier_id: Line
    supplier_account: Account = Field(repr=False)
    invoice_number: Line
    cost_centre: Line
    amount: Amount
    currency: Currency
    due_on: date
    terms: Terms = Terms()

    @property
    def pay_at(self) -> datetime:
        return datetime.combine(self.due_on, PAYMENT_RUN)


class InvoiceShown(Record):
    """What those see who approve."""

    supplier: Line
    invoice_number: Line
    cost_centre: Line
    amount: Amount
    currency: Currency
    due_on: date
    changes: str = ""


class Amendment(Record):
    """The amount was wrong. Update `amend`."""

    amount: Amount
    by: PersonId
    reason: Line


class Amended(Record):
    """The receipt for an amendment: so many people are asked for the new amount."""

    amount: Amount
    currency: Currency
    approvals: int


class PaymentStop(Record):
    """The invoice is not to be paid after all. Update `stop_payment`."""

    by: PersonId
    reason: Line


class PaymentStopped(Record):
    """The receipt: the posting is reversed."""

    invoice_id: NaturalId
    by: PersonId


class InvoiceResult(Record):
    """What an invoice that was paid has led to."""

    invoice_id: NaturalId
    document_id: Id
    payment_id: Id
    amount: Amount
    currency: Currency
    approved_by: tuple[PersonId, ...]
    status: Literal["completed"] = "completed"
