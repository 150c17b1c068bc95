"""What is asked of the accounts, and what they answer."""

from typing import Literal

from pydantic import Field

from models.fields import Id, Line, Record
from models.notifications import EmailAddress


class AccountRequest(Record):
    name: Line = Field(repr=False)
    email: EmailAddress = Field(repr=False)


class Account(Record):
    id: Id
    status: Literal["open"]


class AccountDeletion(Record):
    """Without an id there was nothing to delete."""

    id: Id | None
    status: Literal["deleted", "nothing_to_delete"]
