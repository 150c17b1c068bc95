"""People: who may decide, alone or as members of groups; by whom they are joined later; and how they are told apart."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

REQUESTER = "requester"
"""Stands in `excluded` for whoever that is."""

_ID_LENGTH = 12


class _Named(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Group(_Named):
    """People who have a name together. Each decides for himself."""

    name: str
    members: tuple[str, ...]


class Deciders(_Named):
    """Who may decide: people, and all members of groups."""

    people: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    def everyone(self) -> tuple[str, ...]:
        """All of them, each once."""
        return distinct([*self.people, *(member for group in self.groups for member in group.members)])


class Rung(_Named):
    """One step of an escalation ladder: after so long these may decide too, and are told."""

    after: timedelta
    to: Deciders
    name: str = ""


def same(one: str, other: str) -> bool:
    """Whether two spellings name one person: `Ada` is `ada`, so that nobody counts twice."""
    return key(one) == key(other)


def key(person: str) -> str:
    """The spelling by which people are compared."""
    return unicodedata.normalize("NFKC", person).strip().casefold()


def among(person: str, people: Iterable[str]) -> bool:
    """Whether the person is one of them."""
    return key(person) in {key(one) for one in people}


def distinct(people: Iterable[str]) -> tuple[str, ...]:
    """Each person once, as first spelt."""
    found: dict[str, str] = {}
    for person in people:
        found.setdefault(key(person), person)
    return tuple(found.values())


def without(people: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Those who are none of the others."""
    left_out = {key(other) for other in others}
    return tuple(person for person in people if key(person) not in left_out)


def opaque_id(person: str) -> str:
    """What stands for a person where names must not: in search attributes, which no codec encrypts."""
    return hashlib.sha256(f"person:{key(person)}".encode()).hexdigest()[:_ID_LENGTH]
