"""A payment that goes to somebody else's account."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Amount, Currency, Id, Line, Record

Account = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$", description="IBAN", examples=["DE02120300000000202051"]
    ),
]


class TransferRequest(Record):
    document_id: Id
    account: Account = Field(repr=False)
    amount: Amount
    currency: Currency
    purpose: Annotated[Line, Field(max_length=140)]


class Transfer(Record):
    id: Id
    status: Literal["transferred"]
