"""What two ticket systems are asked, and what they answer."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from models.fields import Id, NaturalId, Record

ORIGIN = "ticket-sync"
"""Marks what we have written ourselves, so that it is known again when the feed tells of it."""

FieldName = Annotated[str, Field(min_length=1, max_length=64, examples=["status"])]
FieldValue = Annotated[str, Field(max_length=1_000)]
Number = Annotated[int, Field(ge=1)]


class System(StrEnum):
    DESK = "desk"
    """The service desk: those who have the trouble."""
    TRACKER = "tracker"
    """The developers: those who mend it."""

    @property
    def other(self) -> "System":
        return System.TRACKER if self is System.DESK else System.DESK


class Comment(Record):
    id: Id
    text: Annotated[str, Field(min_length=1, max_length=10_000)] = Field(repr=False)


class Change(Record):
    """One change of one ticket in one system: an event of its feed."""

    event_id: Id
    system: System
    ticket: NaturalId
    sequence: Number
    """The version that the ticket has since then, in that system."""
    changed_at: AwareDatetime
    origin: str | None = None
    """Which program has made it; None for a person."""
    fields: dict[FieldName, FieldValue] = Field(default={}, repr=False)
    comments: tuple[Comment, ...] = ()

    @property
    def is_our_own(self) -> bool:
        return self.origin == ORIGIN


class TicketQuery(Record):
    ticket: NaturalId


class TicketField(Record):
    value: FieldValue = Field(repr=False)
    version: Number
    changed_at: datetime
    origin: str | None = None


class Ticket(Record):
    ticket: NaturalId
    version: Number
    fields: dict[FieldName, TicketField]


class TicketWrite(Record):
    """Fields and comments to write; what is there already is no change."""

    ticket: NaturalId
    fields: dict[FieldName, FieldValue] = Field(default={}, repr=False)
    comments: tuple[Comment, ...] = ()
    origin: str = ORIGIN


class TicketWritten(Record):
    ticket: NaturalId
    version: Number


class FeedQuery(Record):
    system: System
    cursor: Annotated[int, Field(ge=0)] = 0
    """Where to go on in its feed."""


class Changes(Record):
    changes: tuple[Change, ...]
    cursor: int


class Delivery(Record):
    """What has been handed on of a feed."""

    cursor: int
    delivered: int
    """So many changes; with none the feed has come to its end for now."""
