"""Who is in which group, and who stands in for whom."""

from typing import Annotated

from pydantic import Field

from models.fields import NaturalId, Record

GroupId = Annotated[NaturalId, Field(examples=["team-leads"])]
PersonId = Annotated[NaturalId, Field(examples=["grace"])]
"""Opaque: a person's number or login, never the name."""


class GroupRequest(Record):
    group: GroupId


class Person(Record):
    id: PersonId
    deputy: PersonId | None = None


class Members(Record):
    """Who is in a group."""

    id: GroupId
    members: tuple[Person, ...]

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(person.id for person in self.members)

    @property
    def deputies(self) -> tuple[str, ...]:
        """Who stands in for one of them, and is not one of them."""
        found = dict.fromkeys(person.deputy for person in self.members if person.deputy)
        return tuple(deputy for deputy in found if deputy not in self.people)
