"""Notes down what happens in a dry run, and when it would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, Unpack

from arazzo.dry_runs.calling import Asked
from arazzo.dry_runs.report import Event, Hop, Kind
from arazzo.rehearsal import BEGAN


class More(TypedDict, total=False):
    """What else may be said of an event."""

    operation: str
    came: str
    fails: bool
    fault: str
    problem: str
    notes: tuple[str, ...]
    misfits: tuple[str, ...]


@dataclass
class Log:
    """Of one dry run."""

    events: list[Event] = field(default_factory=list[Event])
    hops: list[Hop] = field(default_factory=list[Hop])
    clock: datetime = BEGAN
    workflows: list[str] = field(default_factory=list[str])
    """Keys of those that are running, each for the one before it."""

    @property
    def workflow(self) -> str:
        return self.workflows[-1]

    @property
    def depth(self) -> int:
        return len(self.workflows) - 1

    def note(self, kind: Kind, step: str, what: str, **more: Unpack[More]) -> None:
        """One thing, now."""
        seconds = (self.clock - BEGAN).total_seconds()
        self.events.append(Event(kind, self.workflow, step, what, seconds=seconds, depth=self.depth, **more))

    def asked(self, step: str, asked: Asked) -> None:
        """What was asked, and what came of it; of a failure that nobody has asked for why it is one."""
        verdict = asked.verdict
        notes = (*asked.notes, *verdict.notes)
        if not verdict.success and verdict.status is not None and not asked.fault:
            notes = (verdict.why, *notes)
        self.note(
            asked.kind,
            step,
            asked.what,
            operation=asked.operation,
            came=asked.came,
            fails=not verdict.success,
            fault=asked.fault,
            problem=asked.problem,
            notes=notes,
            misfits=asked.misfits,
        )
