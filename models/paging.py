"""Who is on call, what they are paged with, and their word that they have it."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.automation import ServiceName
from models.fields import Id, Line, Record

Person = Annotated[Line, Field(examples=["grace"])]


class Rung(Record):
    """Who is paged together, and how long they have."""

    name: Line
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    within: Annotated[timedelta, Field(gt=timedelta(), le=timedelta(days=1))]


class ScheduleQuery(Record):
    service: ServiceName


class OnCallSchedule(Record):
    """The ladder of a service, lowest rung first."""

    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]

    def rung(self, pages: int) -> Rung:
        """The one whose turn it is after so many; the last one is paged again and again."""
        return self.rungs[min(pages, len(self.rungs) - 1)]

    @property
    def people(self) -> frozenset[str]:
        return frozenset(person for rung in self.rungs for person in rung.people)


class PageRequest(Record):
    incident: Id
    rung: Line
    people: tuple[Person, ...]
    text: str


class Page(Record):
    id: Id
    status: Literal["ringing", "acknowledged"]


class PageRecall(Record):
    """Without an id there was nothing to recall."""

    id: Id | None
    status: Literal["recalled", "nothing_to_recall"]


class AcknowledgementQuery(Record):
    incident: Id


class AcknowledgementRequest(Record):
    incident: Id
    by: Person


class PageAcknowledgement(Record):
    """What the paging knows of it."""

    by: Person
    at: AwareDatetime
