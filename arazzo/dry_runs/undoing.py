"""What a dry run has to take back: as the saga of a real run keeps it, newest first, without what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from arazzo.step_input import StepInput, Values

REFUSED_ALSO = frozenset({503})
"""Of the failures of servers, those that say that nothing was done."""


@dataclass(slots=True)
class Undo:
    """Of one call."""

    step: StepInput
    outputs: Values | None = None
    """None: it is not known what it gave."""
    is_absent: bool = False
    """Its probe has said that it has not happened."""


@dataclass(slots=True)
class Scope:
    """One run of a workflow."""

    undos: list[Undo] = field(default_factory=list[Undo])
    is_final: bool = False
    """Its point of no return is behind it."""
    is_kept: bool = True
    """An undo is not undone itself."""

    def register(self, step: StepInput) -> Undo | None:
        """Before the call. A repetition of just the same call is taken back once."""
        if step.planned.compensation is None or self.is_final or not self.is_kept:
            return None
        newest = next((one for one in reversed(self.undos) if one.step.name == step.name), None)
        if newest is not None and newest.step == step and newest.outputs is None:
            return newest
        undo = Undo(step)
        self.undos.append(undo)
        return undo

    def drop(self, undo: Undo | None) -> None:
        """It was certainly without effect."""
        if undo is not None:
            self.undos = [one for one in self.undos if one is not undo]

    def pass_final(self) -> None:
        self.is_final = True
        self.undos = []


def is_refused(status: int | None) -> bool:
    """Whether an answer that is no success says that nothing was done; no answer says nothing."""
    return status is not None and (400 <= status < 500 or status in REFUSED_ALSO)  # noqa: PLR2004 - HTTP's own
