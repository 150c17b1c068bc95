"""A registration as a person makes it, the answer that they get at once, and what became of it."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, Line, NaturalId, Record
from models.notifications import EmailAddress

RegistrationId = Annotated[NaturalId, Field(examples=["R-1001"])]


class Registration(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    registration_id: RegistrationId
    name: Line = Field(repr=False)
    email: EmailAddress = Field(repr=False)
    newsletter: bool = False


class AccountCreated(Record):
    """The early answer: the account stands, whatever becomes of the rest."""

    registration_id: RegistrationId
    account_id: Id
    status: Literal["account_created"] = "account_created"


class RegistrationResult(Record):
    """What a completed registration has led to."""

    registration_id: RegistrationId
    account_id: Id
    status: Literal["completed"] = "completed"
