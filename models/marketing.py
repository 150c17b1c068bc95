"""What is asked of the marketing, and what it answers."""

from pydantic import Field

from models.fields import Id, Line, Record
from models.notifications import EmailAddress


class MarketingProfileRequest(Record):
    account_id: Id
    name: Line = Field(repr=False)
    email: EmailAddress = Field(repr=False)
    newsletter: bool


class MarketingProfile(Record):
    id: Id
    account_id: Id
    newsletter: bool
