"""What a dry run has seen: each thing that would happen, in its order, and how it would end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from pydantic import JsonValue


class Kind(StrEnum):
    """What happens."""

    CALL = "call"
    CODE = "code"
    PERSON = "person"
    AGENT = "agent"
    EVENT = "event"
    WORKFLOW = "workflow"
    RETRY = "retry"
    ACTION = "action"
    PROBE = "probe"
    FINAL = "point of no return"
    UNDO = "undo"


class End(StrEnum):
    """How a dry run ends."""

    COMPLETED = "completed"
    FAILED = "failed"
    """What was done is undone."""
    HELD = "held"
    """A person has to decide."""
    STOPPED = "stopped"
    """It could not be rehearsed any further."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that would happen."""

    kind: Kind
    workflow: str
    """Key of the plan's workflow."""
    step: str
    what: str
    """Such as `POST /payments`."""
    operation: str = ""
    """The id of what is called, where it has one."""
    came: str = ""
    """What comes of it, such as `201`."""
    fails: bool = False
    fault: str = ""
    """What was asked to go wrong."""
    seconds: float = 0
    """Since the start."""
    depth: int = 0
    """In how many other workflows it is."""
    problem: str = ""
    """Why the document cannot do this at all."""
    notes: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()
    """What of the request is not as it is described. A run refuses such a call; here it may come of what is made up."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A step of the workflow that was asked for, and what it led to."""

    workflow: str
    step: str
    success: bool
    action: str | None
    """The name of the one that was executed."""


@dataclass(frozen=True, slots=True)
class Report:
    """Of one dry run."""

    workflow: str
    end: End
    events: tuple[Event, ...]
    hops: tuple[Hop, ...] = ()
    inputs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    outputs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    step: str = ""
    """With which it fails, is held or stops."""
    why: str = ""
    took: timedelta = timedelta()

    @property
    def undone(self) -> tuple[str, ...]:
        """The steps that are taken back, in that order."""
        return tuple(event.step for event in self.events if event.kind is Kind.UNDO)

    @property
    def unfit(self) -> tuple[Event, ...]:
        """Calls that a run would refuse, if it came to these values."""
        return tuple(event for event in self.events if event.misfits)

    @property
    def problems(self) -> tuple[Event, ...]:
        """What the document cannot do."""
        return tuple(event for event in self.events if event.problem)
