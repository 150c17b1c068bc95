"""A ticket that two systems have, and what both of them are to show.

The rule, field by field: what people of the owning system have said last stands; where the field has no owner, or its
owner has said nothing, the newest change stands, and the desk's if both are of the same moment. It asks only what was
said, by whom and when, so that the order in which events come in changes nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, Field

from models.fields import NaturalId, Record
from models.tickets import ORIGIN, Change, Comment, FieldName, FieldValue, System, Ticket, TicketWrite

OWNERS: Mapping[str, System] = {
    "title": System.DESK,
    "priority": System.DESK,
    "assignee": System.TRACKER,
}
"""All other fields, the status among them, belong to both."""

CLOSED = "closed"


class Said(Record):
    """What people of one system have last said of a field."""

    value: FieldValue = Field(repr=False)
    version: int
    changed_at: AwareDatetime


class Held(Record):
    """What one system shows, whoever has written it."""

    value: FieldValue = Field(repr=False)
    version: int


class Side(Record):
    """What is known of a ticket in one system."""

    said: dict[FieldName, Said] = Field(default={})
    held: dict[FieldName, Held] = Field(default={})
    unwritten: tuple[Comment, ...] = ()
    """Comments of the other system that are to be written here."""

    def with_field(self, name: str, said: Said, *, by_us: bool) -> Self:
        """Newer than what is known, or of no consequence."""
        known, told = self.held.get(name), self.said.get(name)
        held = self.held
        if known is None or said.version > known.version:
            held = {**held, name: Held(value=said.value, version=said.version)}
        by_people = self.said
        if not by_us and (told is None or said.version > told.version):
            by_people = {**by_people, name: said}
        return self.model_copy(update={"held": held, "said": by_people})


class Agreed(Record):
    """Both sides of one ticket."""

    desk: Side = Side()
    tracker: Side = Side()
    echoes: int = 0
    """So many changes were our own."""

    def side(self, system: System) -> Side:
        return self.desk if system is System.DESK else self.tracker

    def with_ticket(self, system: System, ticket: Ticket) -> Self:
        """As a system shows it now."""
        side = self.side(system)
        for name, field in ticket.fields.items():
            said = Said(value=field.value, version=field.version, changed_at=field.changed_at)
            side = side.with_field(name, said, by_us=field.origin == ORIGIN)
        return self._with({system: side})

    def with_change(self, change: Change) -> Self:
        """A change that we have written ourselves says what that system shows now, and nothing that others need."""
        side = self.side(change.system)
        for name, value in change.fields.items():
            said = Said(value=value, version=change.sequence, changed_at=change.changed_at)
            side = side.with_field(name, said, by_us=change.is_our_own)
        if change.is_our_own:
            return self._with({change.system: side}, echoes=self.echoes + 1)
        other = self.side(change.system.other)
        other = other.model_copy(update={"unwritten": (*other.unwritten, *change.comments)})
        return self._with({change.system: side, change.system.other: other})

    def fields(self) -> dict[str, str]:
        """What both systems are to show."""
        names = sorted({*self.desk.said, *self.tracker.said})
        return {name: self._standing(name).value for name in names}

    def write_for(self, system: System, ticket: str) -> TicketWrite | None:
        """What that system does not show yet."""
        side = self.side(system)
        shown = {name: held.value for name, held in side.held.items()}
        fields = {name: value for name, value in self.fields().items() if shown.get(name) != value}
        if not (fields or side.unwritten):
            return None
        return TicketWrite(ticket=ticket, fields=fields, comments=side.unwritten)

    def with_written(self, system: System, write: TicketWrite, *, version: int) -> Self:
        """What that system shows since it was written to."""
        side = self.side(system)
        held = {name: Held(value=value, version=version) for name, value in write.fields.items()}
        update = {"held": {**side.held, **held}, "unwritten": side.unwritten[len(write.comments) :]}
        return self._with({system: side.model_copy(update=update)})

    @property
    def is_over(self) -> bool:
        """Whether the ticket is closed, or none of the systems has it."""
        fields = self.fields()
        return not fields or fields.get("status") == CLOSED

    def _standing(self, name: str) -> Said:
        said = {system: self.side(system).said[name] for system in System if name in self.side(system).said}
        owner = OWNERS.get(name)
        if owner is not None and owner in said:
            return said[owner]
        return said[max(said, key=lambda system: (said[system].changed_at, system is System.DESK))]

    def _with(self, sides: Mapping[System, Side], *, echoes: int | None = None) -> Self:
        known = {system.value: side for system, side in sides.items()}
        return self.model_copy(update={**known, "echoes": self.echoes if echoes is None else echoes})


class TicketSync(Record):
    """A ticket to keep the same in both systems."""

    ticket: NaturalId
    agreed: Agreed | None = None
    """What is known of both sides; without it they are looked at first."""
    linger: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=30))] = timedelta(hours=1)
    """So long after it was closed in both, changes are still heard: a ticket may be opened again."""


class TicketSynced(Record):
    """How both systems show it in the end, and what has come to us of it."""

    ticket: NaturalId
    fields: dict[FieldName, FieldValue]
    changes: int
    duplicates: int
    passed_over: int
    late: int
    echoes: int


class TicketFeed(Record):
    """The feed of a system, to be read for as long as there are tickets."""

    feed: NaturalId
    """Names who reads it. One reader of a system is enough; a second one does no harm."""
    system: System
    cursor: Annotated[int, Field(ge=0)] = 0
    """Where to begin."""
    poll_every: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=1))] = timedelta(seconds=5)
    delivered: Annotated[int, Field(ge=0)] = 0
    """So many changes were handed on before."""
    once: bool = False
    """End where the feed ends for now."""


class TicketFeedRead(Record):
    system: System
    cursor: int
    delivered: int
