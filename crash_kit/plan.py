"""What a flow was seen to do: its calls, the waits, and the run in which each was first seen. Cases are made of it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crash_kit.cases import INCIDENT, KILLS, OF_A_CALL, RETRY, START, Case, Kind


@dataclass(frozen=True)
class Target:
    """One call of the flow, in the run that leads to it."""

    service: str
    operation: str
    occurrence: int
    """Which of the flow's calls of this operation."""
    scene: Case
    undoes: bool = False
    attempts: int | None = None
    """How often it is tried at most: 0 without end, None where that is not known."""
    seconds: float | None = None
    """How long one attempt may take, where that is known."""

    @property
    def name(self) -> str:
        return self.operation if self.occurrence == 1 else f"{self.operation}#{self.occurrence}"


@dataclass(frozen=True)
class Plan:
    """What is known of a flow; `last` is the call with which it ends when nothing disturbs it."""

    flow: str
    targets: tuple[Target, ...]
    waits: tuple[str, ...] = ()
    """As `approval:large-order`, of the undisturbed run."""
    held: tuple[Case, ...] = ()
    """Runs of one disturbance that wait for a person to settle an incident."""
    last: str | None = None

    def __getitem__(self, name: str) -> Target:
        return next(target for target in self.targets if target.name == name)

    @property
    def operations(self) -> tuple[str, ...]:
        """What it calls, undos and fallbacks included, in the order of the alphabet."""
        return tuple(sorted(target.name for target in self.targets))

    @property
    def digest(self) -> str:
        """Changes with the operations and the waits."""
        seen = json.dumps([self.operations, sorted(self.waits), sorted(map(str, self.held))])
        return f"sha256:{hashlib.sha256(seen.encode()).hexdigest()[:16]}"

    def cases(self) -> list[Case]:
        """All of them, in the order of their names."""
        return sorted({*self._of_calls(), *self._between(), *self._of_waits()}, key=str)

    def counts(self) -> dict[str, int]:
        """How many cases there are of each kind."""
        counted = Counter(case.kind for case in self.cases())
        return {kind.value: counted[kind] for kind in Kind if counted[kind]}

    def _of_calls(self) -> Iterator[Case]:
        for target in self.targets:
            for kind in OF_A_CALL:
                yield target.scene.then(kind, target.name)
            if not target.undoes:
                yield target.scene.then(Kind.CANCEL_WAITING, f"{RETRY}:{target.name}")

    def _between(self) -> Iterator[Case]:
        """After each call but the one with which the flow ends."""
        yield Case().then(Kind.KILL_BETWEEN, START)
        for target in self.targets:
            if target.name != self.last:
                yield target.scene.then(Kind.KILL_BETWEEN, target.name)

    def _of_waits(self) -> Iterator[Case]:
        for kind in (Kind.KILL_WAITING, Kind.CANCEL_WAITING):
            for wait in self.waits:
                yield Case().then(kind, wait)
            for scene in self.held:
                yield scene.then(kind, INCIDENT)


def in_phases(cases: list[Case]) -> tuple[list[Case], list[Case]]:
    """Those under a worker that lives, and those under one that is killed."""
    kills = [case for case in cases if case.kind in KILLS]
    return [case for case in cases if case.kind not in KILLS], kills
