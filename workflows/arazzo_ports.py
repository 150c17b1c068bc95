"""How a document's run reaches the world: by the steps, waits and children of its saga."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception
from temporalio.workflow import ActivityConfig

from saga import (
    APPROVAL_REJECTED,
    APPROVAL_WITHDRAWN,
    Saga,
)
from saga.keys import idempotency_key
from saga.mailbox import Mailbox
from saga.policies import ATTEMPT_TIMEOUT
from saga.step import failure_type
from saga.tolerance import Tolerance, tolerating

with workflow.unsafe.imports_passed_through():
    from arazzo.context import Message
    from arazzo.frames import Armed, Frame, Outcome
    from arazzo.interpreter import Verdict
    from arazzo.judging import ran
    from arazzo.plan import PlannedCall
    from arazzo.ports import Dealt, Nested
    from arazzo.step_input import StepInput, Values
    from arazzo.type_names import type_of
    from arazzo.wording import called
    from workflows.arazzo_asking import Asking
    from workflows.arazzo_failures import outcome_in, verdict_in
    from workflows.arazzo_run import ArazzoRun, Heard

if TYPE_CHECKING:
    from saga.activities import StepOptions

T = TypeVar("T")

LONGEST_QUESTION = timedelta(days=30)
"""A question to people that says no time."""
LONGEST_JUDGEMENT = timedelta(minutes=2)
"""A question to an agent that says no time."""
MOST_TRANSFERS = 1_000
"""Two workflows that lead to each other end some time, too (D7)."""
UNDO_BY_WORKFLOW = timedelta(minutes=10)
EARLY_EVENTS = 1_000
"""So many are kept until a step asks for them; then the oldest is dropped."""
MESSAGE_TIMED_OUT = "MessageTimedOut"
CRITERIA_NOT_MET = "CriteriaNotMet"
DECLINED = (APPROVAL_REJECTED, APPROVAL_WITHDRAWN)


class DurablePorts:
    """Of one run."""

    def __init__(self, saga: Saga, events: Mailbox[Heard], request: ArazzoRun) -> None:
        self._saga = saga
        self._events = events
        self._request = request
        self._heard = list(request.heard)
        self._kinds: dict[str, str] = {}
        self._asking = Asking(saga, request.names, self._kinds)
        self.is_final = saga.is_forward
        """A step was its point of no return: what came before it is not undone, whoever ran it."""

    def kind_of_failure(self, step: str) -> str:
        """The type of the failure of a step's newest call."""
        return self._kinds.get(step, CRITERIA_NOT_MET if step else "WorkflowFailed")

    def now(self) -> datetime:
        return workflow.now()

    def key(self, step: str, visit: int) -> str:
        return idempotency_key(
            f"{self._request.transfers}:{self._request.key}/{step}", visit, purpose="document"
        )

    async def call(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        own = step.planned.step.own
        try:
            if own.interaction is not None:
                return await self._asking.person(step, own.interaction)
            if own.judge is not None:
                return await self._asking.agent(step, own.judge)
            with tolerating(Tolerance.ALTERNATIVE):
                return await self._execute(step, again=again, dealt=dealt)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            self._kinds[step.name] = failure_type(error) or "StepFailed"
            return verdict_in(error, step)

    async def run(self, workflow: str, inputs: Values, frame: Frame, nested: Nested) -> Outcome:
        step, within, undo = nested.step, nested.within, nested.undo
        update = {"depth": frame.depth + 1, "keeps_undo": undo is not None}
        request = self._next(workflow, inputs, frame, **update)

        def hold(error: FailureError) -> bool:
            return (self._saga.is_forward or nested.holds) and not nested.dealt(outcome_in(error, inputs))

        running = self._saga.execute_child(
            type_of(workflow), request, step=self._asking.unique(step), hold=hold
        )
        try:
            result = await (running if within is None else self._saga.within(within, running, name=step))
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            failed = outcome_in(error, inputs)
            self._kinds[step] = self._kinds[failed.step] = failure_type(error) or "WorkflowFailed"
            return failed
        outcome = Outcome.model_validate(result)
        if undo is not None and not self._saga.is_forward:
            done = ran(undo, outcome.outputs, success=True)
            options = _undoing(step, undo.planned.compensation)
            self._saga.add_compensation("arazzo.compensate", undo, done, step=step, **options)
        return outcome

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Outcome:
        if self._request.transfers >= MOST_TRANSFERS:
            why = f"a run goes on as another workflow {MOST_TRANSFERS} times at most"
            return Outcome(success=False, inputs=frame.inputs, why=why)
        request = self._next(
            workflow,
            inputs,
            frame,
            transfers=self._request.transfers + 1,
            heard=tuple(self._heard),
            names=dict(self._asking.names),
        )
        return await self._saga.roll_over(request, flow=type_of(workflow))

    async def sleep(self, step: str, delay: timedelta, action: str) -> None:
        if delay > timedelta():
            await self._saga.wait(f"retry:{step} ({action})", lambda: False, within=delay)

    async def receive(self, step: StepInput, armed: Armed) -> Message | None:
        channel = step.planned.call.channel or ""
        while True:
            for event in self._heard:
                wanted = event.is_on(channel) and armed.correlation_id in (None, event.correlation_id)
                if wanted and event.came_by(armed.until):
                    self._heard.remove(event)
                    return Message(headers=event.headers, payload=event.payload)
            if (newest := await self._next_event(armed.until)) is None:
                self._kinds[step.name] = MESSAGE_TIMED_OUT
                return None
            self._heard = [*self._heard, newest][-EARLY_EVENTS:]

    async def side_by_side(self, legs: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
        return await self._saga.gather(*legs)

    async def between(self, frame: Frame) -> None:
        if self._saga.roll_over_due:
            update = {"frame": frame, "heard": tuple(self._heard), "names": dict(self._asking.names)}
            await self._saga.roll_over(self._request.model_copy(update=update))

    def point_of_no_return(self) -> None:
        self.is_final = True
        self._saga.point_of_no_return()

    async def _execute(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        planned = step.planned
        hold = self._saga.is_forward or planned.step.own.on_failure == "hold"
        options: StepOptions = {
            "step": step.name,
            "again": again,
            "on_failure": lambda error: hold and not dealt(verdict_in(error, step)),
            "compensation_takes_result": True,
            "summary": f"{step.name}: {called(planned.call)}",
        }
        options.update(time_and_attempts(step))
        if planned.probe is not None:
            options["probe"] = "arazzo.probe"
        if planned.compensation is not None:
            options["compensation_options"] = _undoing(step.name, planned.compensation)
        verdict: object = await self._saga.execute_activity(
            "arazzo.call",
            step,
            result_type=Verdict,
            compensation=None if planned.compensation is None else "arazzo.compensate",
            **options,
        )
        return Verdict.model_validate(verdict)  # that of a probe comes as JSON

    async def _next_event(self, until: datetime | None) -> Heard | None:
        if until is None:
            return await self._events.next()
        return await self._events.next_within(until - workflow.now())

    def _next(self, key: str, inputs: Values, frame: Frame, **update: object) -> ArazzoRun:
        """The input of another workflow of the plan."""
        fresh: dict[str, object] = {
            "plan": self._request.plan.part(key),
            "workflow": key,
            "inputs": inputs,
            "workflows": frame.workflows,
            "done": frame.cursor.done,
            "frame": None,
            "heard": (),
            "names": {},
            "carried": None,
        }
        return self._request.model_copy(update=fresh | update)


def time_and_attempts(step: StepInput) -> StepOptions:
    """How often the activity may be begun: once, if a lost worker may have sent what nobody would know again (D1)."""
    operation, timeout = step.planned.call.operation, step.planned.step.timeout
    config: StepOptions = {}
    if timeout is not None and timeout > ATTEMPT_TIMEOUT / 2:
        config["start_to_close_timeout"] = timeout + ATTEMPT_TIMEOUT
    keyed = step.planned.step.own.idempotency is not None or (operation and operation.declares_key)
    if operation is not None and not operation.is_idempotent and not keyed:
        config["retry_policy"] = RetryPolicy(maximum_attempts=1)
    return config


def _undoing(name: str, undo: PlannedCall | None) -> ActivityConfig:
    if undo is None:
        return ActivityConfig()
    config = ActivityConfig(summary=f"undo {name}: {called(undo)}")
    if undo.workflow is not None:
        config["start_to_close_timeout"] = UNDO_BY_WORKFLOW
    return config
