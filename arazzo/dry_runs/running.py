"""The ports of a dry run: what is asked of the world is made up and noted down, and what would be undone is undone."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.dry_runs.calling import Calls, Direction, Held, Stopped
from arazzo.dry_runs.directions import MOST_STEPS, Directions
from arazzo.dry_runs.faults import Fault, FaultKind
from arazzo.dry_runs.log import Log
from arazzo.dry_runs.making import Making
from arazzo.dry_runs.report import Hop, Kind
from arazzo.dry_runs.retries import Retries
from arazzo.dry_runs.undoing import OutOfTime, Scope, Undo, Undoing, is_refused
from arazzo.frames import Armed, Frame, Outcome
from arazzo.interpreter import Verdict, failure_actions
from arazzo.judging import ran
from arazzo.plan import Plan, PlannedStep
from arazzo.ports import Dealt, Nested
from arazzo.rehearsal import MOST_TRANSFERS
from arazzo.step_input import StepInput, Values
from arazzo.step_wording import Kind as StepKind
from arazzo.step_wording import kind_of
from arazzo.wording import length

T = TypeVar("T")
HELD_KINDS = frozenset({StepKind.CALL, StepKind.SEND, StepKind.CODE})
"""What fails of these may wait for a person."""
ANY_FAILURE = Verdict(success=False, timed_out=True, declined=True)
"""To which all failure actions of a step are open."""


class Watched(Drive):
    """The loop of all runs; each of its verdicts is seen."""

    def __init__(self, plan: Plan, frame: Frame, ports: DryRun) -> None:
        super().__init__(plan, frame, ports, ports.servers)
        self._dry = ports

    def _took(self, step: PlannedStep, verdict: Verdict) -> None:
        super()._took(step, verdict)
        self._dry.took(self.frame.workflow, step, verdict)


class DryRun:
    """The ports of one dry run."""

    def __init__(
        self, plan: Plan, making: Making, directions: Directions, servers: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.servers = dict(servers or {})
        self.log = Log()
        self._making = making
        self._calls = Calls(making)
        self._directions = directions
        self._scopes = [Scope()]
        self._repairs: str | None = None
        self._retries = Retries()
        self._undoing = Undoing(self.log, self._inside)
        self._steps = 0
        self._transfers = 0

    async def outcome(self, frame: Frame) -> Outcome:
        """Of the whole run; what has to be undone of it is undone. Raises Stopped."""
        self.log.workflows.append(frame.workflow)
        outcome = await Watched(self.plan, frame, self).outcome()
        if not outcome.success:
            await self._undoing.take_back(self._scopes[-1])
        return outcome

    def now(self) -> datetime:
        return self.log.clock

    def key(self, step: str, visit: int) -> str:
        return f"{step}-{visit}"

    async def call(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        del again
        scope = self._scopes[-1]
        undo = scope.register(step)
        direction = self._directions.next(step)
        verdict = self._asked(step, direction)
        refused = is_refused(verdict.status) or bool(self.log.events[-1].problem)
        if not verdict.success and not refused:
            verdict = self._probed(step, direction, undo) or verdict
        if verdict.success:
            if undo is not None:
                undo.outputs = dict(verdict.outputs)
            return verdict
        if refused:
            scope.drop(undo)
        held = scope.is_final or step.planned.step.own.on_failure == "hold"
        if held and kind_of(step.planned) in HELD_KINDS and not dealt(verdict):
            self.log.hops.append(Hop(step.workflow, step.name, success=False, action=None))
            raise Held(step.name, verdict.why)
        return verdict

    async def run(self, workflow: str, inputs: Values, frame: Frame, nested: Nested) -> Outcome:
        outcome = await self._run(workflow, inputs, frame, nested)
        if outcome.success or not (self._scopes[-1].is_final or nested.holds) or nested.dealt(outcome):
            return outcome
        raise Held(nested.step, outcome.why)

    async def _run(self, workflow: str, inputs: Values, frame: Frame, nested: Nested) -> Outcome:
        step, within, undo = nested.step, nested.within, nested.undo
        self.log.note(Kind.WORKFLOW, step, workflow.partition("/")[2])
        fault = None if within is None else self._directions.fault(self.log.workflow, step)
        if within is not None and fault is not None:
            self.log.clock += within
            return self._late(step, within, inputs, str(fault.kind))
        scope = Scope(until=None if within is None else self.log.clock + within)
        try:
            outcome = await self._inside(frame.inner(workflow, inputs, depth=frame.depth + 1), scope)
        except OutOfTime as late:
            if late.scope is not scope or within is None:
                raise
            return self._late(step, within, inputs)
        if outcome.success and undo is not None and (own := self._scopes[-1].register(undo)) is not None:
            own.outputs = dict(ran(undo, outcome.outputs, success=True).outputs)
        elif outcome.success and not self._scopes[-1].is_final:
            self._scopes[-1].undos += scope.undos
        return outcome

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Outcome:
        self._transfers += 1
        if self._transfers > MOST_TRANSFERS:
            raise Stopped("", f"it goes on as another workflow more than {MOST_TRANSFERS} times")
        self.log.workflows[-1] = workflow
        after = frame.inner(workflow, inputs, depth=frame.depth)
        return await Watched(self.plan, after, self).outcome()

    async def sleep(self, step: str, delay: timedelta, action: str) -> None:
        workflow = self.log.workflow
        self._pass(self.log.clock + delay)
        count = self._retries.one_more(workflow, step, action)
        said = f"again in {length(delay)}" if delay else "again at once"
        self.log.note(Kind.RETRY, step, f"{said}, retry {count} by {action}")
        planned = next(one for one in self.plan.workflows[workflow].steps if one.step.step_id == step)
        actions = failure_actions(planned.step, ANY_FAILURE)
        self._repairs = next(one.step_id for one in actions if one.name == action)

    async def receive(self, step: StepInput, armed: Armed) -> Message | None:
        direction = self._directions.next(step)
        what = f"waits for a message on {step.planned.call.channel}"
        if isinstance(direction, Fault):
            if armed.until is None:
                raise Stopped(step.name, "it would wait for a message forever")
            self._pass(max(self.log.clock, armed.until))
            fault = str(FaultKind.NO_MESSAGE)
            self.log.note(Kind.EVENT, step.name, what, came="none comes", fails=True, fault=fault)
            return None
        found = (self._making.message(step, aim) for aim in direction)
        message = next((one for one in found if one is not None), None)
        if message is None:
            raise Stopped(step.name, "no message was found that does what the document asks of it")
        self.log.note(Kind.EVENT, step.name, what, came="it comes")
        return message

    async def side_by_side(self, legs: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
        try:
            return [await leg for leg in legs]
        finally:
            for leg in legs:
                leg.close()

    async def between(self, frame: Frame) -> None:
        """Nothing grows long here."""

    def point_of_no_return(self) -> None:
        self._scopes[-1].pass_final()
        self.log.note(Kind.FINAL, "", "from here on nothing is undone")

    def took(self, workflow: str, step: PlannedStep, verdict: Verdict) -> None:
        """A verdict, and what follows on it."""
        name = step.step.step_id
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Stopped(name, f"more than {MOST_STEPS} steps, and no end")
        repairs, self._repairs = self._repairs == name, None
        if repairs:
            return
        place, action = self._retries.executed(workflow, step, verdict)
        is_left = action is None or action.type != "retry"
        self._directions.led(workflow, name, verdict, place, is_left=is_left)
        self.log.hops.append(Hop(workflow, name, verdict.success, None if action is None else action.name))
        if is_left:
            self._retries.forget(workflow, name)
        if action is not None and is_left:
            to = action.step_id or (f"workflow {action.workflow_id}" if action.workflow_id else None)
            ends = f"ends as {'completed' if verdict.success else 'failed'}"
            self.log.note(Kind.ACTION, name, f"{ends if to is None else f'to {to}'}, by {action.name}")

    def _asked(self, step: StepInput, direction: Direction) -> Verdict:
        verdict = Verdict(success=False)
        for asked in self._calls.call(step, direction, self.log.clock):
            self.log.asked(step.name, asked)
            verdict = asked.verdict
        return verdict

    def _probed(self, step: StepInput, direction: Direction, undo: Undo | None) -> Verdict | None:
        """What a probe says of a step of unknown outcome; what was lost on its way has not happened."""
        asked = self._calls.probe(step)
        if asked is None:
            return None
        if isinstance(direction, Fault) and direction.kind is FaultKind.LOST and not asked.problem:
            said = "it has not happened"
            self.log.note(Kind.PROBE, step.name, asked.what, operation=asked.operation, came=said)
            if undo is not None:
                undo.is_absent = True
            return None
        self.log.asked(step.name, asked)
        return asked.verdict if asked.verdict.success else None

    async def _inside(self, frame: Frame, scope: Scope) -> Outcome:
        """Another workflow; one that fails, or is stopped, takes back what it has done."""
        self._scopes.append(scope)
        self.log.workflows.append(frame.workflow)
        try:
            outcome = await Watched(self.plan, frame, self).outcome()
            if not outcome.success:
                await self._undoing.take_back(scope)
            return outcome
        except OutOfTime:
            await self._undoing.take_back(scope)
            raise
        finally:
            self._scopes.pop()
            self.log.workflows.pop()

    def _pass(self, to: datetime) -> None:
        """Let time pass; raises OutOfTime where a workflow may not take so long."""
        ends = [scope for scope in self._scopes if scope.until is not None and scope.until < to]
        if ends:
            scope = min(ends, key=lambda one: one.until or to)
            self.log.clock = scope.until or to
            raise OutOfTime(scope)
        self.log.clock = to

    def _late(self, step: str, within: timedelta, inputs: Values, fault: str = "") -> Outcome:
        why = f"it has taken longer than {length(within)}"
        self.log.note(Kind.WORKFLOW, step, "", came="is stopped, as its time is up", fails=True, fault=fault)
        return Outcome(success=False, inputs=inputs, why=why, timed_out=True)
