"""What passes between a flow and the ERP."""

from datetime import date
from typing import Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, Line, Record


class InvoiceDocument(Record):
    """An invoice as the ERP takes it, to check, post or reverse it."""

    supplier_id: Line
    invoice_number: Line
    cost_centre: Line
    amount: Amount
    currency: Currency
    due_on: date


class CheckedInvoice(Record):
    supplier_name: Line
    status: Literal["postable"]


class PostedInvoice(Record):
    """An open item of the supplier."""

    id: Id
    status: Literal["posted"]


class PostingReversal(Record):
    """Without an id there was nothing to reverse."""

    id: Id | None = None
    status: Literal["reversed", "nothing_to_reverse"]


class ClearingRequest(Record):
    document_id: Id
    payment_id: Id = Field(description="of the payment that has paid the open item")


class ClearedInvoice(Record):
    id: Id
    status: Literal["cleared"]
