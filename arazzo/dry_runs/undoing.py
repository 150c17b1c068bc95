"""What a dry run has to take back: as the saga of a real run keeps it, newest first, without what was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from arazzo.dry_runs.calling import Held, address, called
from arazzo.dry_runs.log import Log
from arazzo.dry_runs.report import Kind
from arazzo.exchange import NotPrepared, has_nothing_to_name, prepare, shown
from arazzo.frames import Frame, Outcome
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
    until: datetime | None = None
    """When it is stopped."""
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


class OutOfTime(Exception):
    """A workflow has taken longer than the step that runs it allows."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope


def is_refused(status: int | None) -> bool:
    """Whether an answer that is no success says that nothing was done; no answer says nothing."""
    return status is not None and (400 <= status < 500 or status in REFUSED_ALSO)  # noqa: PLR2004 - HTTP's own


class Undoing:
    """Takes back what scopes have."""

    def __init__(self, log: Log, run: Callable[[Frame, Scope], Awaitable[Outcome]]) -> None:
        """`run` runs a workflow within what is running."""
        self._log = log
        self._run = run

    async def take_back(self, scope: Scope) -> None:
        """All that it has done, newest first."""
        undos, scope.undos = scope.undos, []
        for undo in reversed(undos):
            name, call = undo.step.name, undo.step.planned.compensation
            if undo.is_absent and has_nothing_to_name(undo.step):
                said = "it has not happened: nothing to undo"
                self._log.note(Kind.PROBE, name, "its probe once more", came=said)
            elif call is not None and call.workflow is not None:
                await self._by_workflow(undo, call.workflow)
            elif call is not None and call.activity is not None:
                self._log.note(Kind.UNDO, name, f"code {call.activity}")
            else:
                self._by_call(undo)

    def _by_call(self, undo: Undo) -> None:
        step = undo.step
        try:
            prepared = prepare(step, "compensation", outputs=undo.outputs or {}, key=f"undo-{step.key}")
            what, operation = address(prepared), called(prepared)
            self._log.note(Kind.UNDO, step.name, what, operation=operation, misfits=prepared.misfits)
        except NotPrepared as error:
            self._log.note(
                Kind.UNDO, step.name, "", came="cannot be asked for", fails=True, problem=str(error)
            )

    async def _by_workflow(self, undo: Undo, workflow: str) -> None:
        given = undo.step.planned.step.own.compensate
        context = undo.step.with_outputs(undo.outputs or {})
        inputs = {one.name: shown(one.value, context) for one in (given.parameters if given else ())}
        self._log.note(Kind.UNDO, undo.step.name, f"workflow {workflow.partition('/')[2]}")
        hops = len(self._log.hops)
        outcome = await self._run(Frame(workflow=workflow, inputs=inputs), Scope(is_kept=False))
        del self._log.hops[hops:]
        if not outcome.success:
            raise Held(outcome.step, f"the undo of {undo.step.name} fails: {outcome.why}")
