"""A case: how it is brought about, and what is expected of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from arazzo.dry_runs.calling import Direction
from arazzo.dry_runs.report import End
from arazzo.step_input import StepInput

ENDS_WELL = frozenset({End.COMPLETED})
ENDS_ILL = frozenset({End.FAILED, End.HELD})
ANY_END = ENDS_WELL | ENDS_ILL


class Anywhere(Enum):
    """Wherever a step leads."""

    ANYWHERE = auto()


@dataclass(frozen=True, slots=True)
class Move:
    """What one step of a case is made to do."""

    workflow: str
    step: str
    make: Callable[[StepInput], Direction]
    times: int = 1
    """How often it has to lead where it is to lead."""
    until: int | Anywhere | None = Anywhere.ANYWHERE
    """The place of the action that it is to lead to, or None; what comes before that is not counted."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A step on the way, and what it leads to."""

    step: str
    success: bool | None = None
    """None: either."""
    action: str | None = None
    any_action: bool = False

    def __str__(self) -> str:
        mark = " ✖" if self.success is False else ""
        return f"{self.step}{mark}" + (f" [{self.action}]" if self.action else "")


@dataclass(frozen=True, slots=True)
class Case:
    """One of a workflow."""

    name: str
    moves: tuple[Move, ...] = ()
    route: tuple[Expected, ...] = ()
    ends: frozenset[End] = ENDS_WELL
    impossible: str = ""
    """Why the document alone rules it out."""
