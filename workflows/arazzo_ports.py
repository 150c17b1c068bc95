"""How a document's run reaches the world: by the steps, waits and children of its saga."""

from __future__ import annotations

from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field, JsonValue
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception
from temporalio.workflow import ActivityConfig

from saga import (
    APPROVAL_REJECTED,
    APPROVAL_TIMED_OUT,
    APPROVAL_WITHDRAWN,
    Resumable,
    Saga,
)
from saga.keys import idempotency_key
from saga.mailbox import Mailbox
from saga.policies import ATTEMPT_TIMEOUT
from saga.step import failure_type
from saga.tolerance import Tolerance, tolerating

with workflow.unsafe.imports_passed_through():
    from arazzo.context import Message
    from arazzo.exchange import question, shown
    from arazzo.extensions import Interaction, Judge
    from arazzo.frames import Armed, Frame, Outcome
    from arazzo.inputs import wrong_with_inputs
    from arazzo.interpreter import Verdict
    from arazzo.judging import declined, ran, told, unanswered
    from arazzo.plan import PlannedCall
    from arazzo.ports import Dealt
    from arazzo.run_input import ChannelEvent, RunInput, type_of
    from arazzo.step_input import StepInput, Values
    from arazzo.wording import called
    from models.agent import Judgement, JudgeRequest
    from workflows.arazzo_failures import outcome_in, verdict_in

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


class Heard(ChannelEvent):
    """A message, and when it came: it may be too late for a step that asks for it later still."""

    at: datetime = Field(default_factory=workflow.now)

    @property
    def key(self) -> str:
        return self.id or self.model_dump_json(exclude={"at"})

    def came_by(self, until: datetime | None) -> bool:
        return until is None or self.at <= until


class ArazzoRun(RunInput, Resumable):
    """The input of a run, with what the run before has left."""

    heard: tuple[Heard, ...] = Field(default=(), repr=False)
    """Messages that came early."""
    keeps_undo: bool = False
    """The step that runs it says itself how it is taken back."""
    names: dict[str, int] = Field(default={})
    """How often each child or question was begun."""

    def __saga_shown__(self) -> JsonValue:
        """In the status of the one that runs it: what it is given, and not the plan around that."""
        return {"workflow": self.key, "inputs": dict(self.inputs)}


class DurablePorts:
    """Of one run."""

    def __init__(self, saga: Saga, events: Mailbox[Heard], request: ArazzoRun) -> None:
        self._saga = saga
        self._events = events
        self._request = request
        self._heard = list(request.heard)
        self._names = Counter(request.names)
        self._kinds: dict[str, str] = {}
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
                return await self._ask(step, own.interaction)
            if own.judge is not None:
                return await self._judge(step, own.judge)
            with tolerating(Tolerance.ALTERNATIVE):
                return await self._execute(step, again=again, dealt=dealt)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            self._kinds[step.name] = failure_type(error) or "StepFailed"
            return verdict_in(error, step)

    async def run(
        self,
        workflow: str,
        inputs: Values,
        frame: Frame,
        *,
        step: str,
        within: timedelta | None = None,
        undo: StepInput | None = None,
    ) -> Outcome:
        update = {"depth": frame.depth + 1, "keeps_undo": undo is not None}
        request = self._next(workflow, inputs, frame, **update)
        running = self._saga.execute_child(type_of(workflow), request, step=self._unique(step))
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
            names=dict(self._names),
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
            update = {"frame": frame, "heard": tuple(self._heard), "names": dict(self._names)}
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

    async def _ask(self, step: StepInput, asked: Interaction) -> Verdict:
        """A person; who says no declines."""
        context = step.context
        seen = shown(asked.context, context)
        takes = asked.input_schema if isinstance(asked.input_schema, dict) else None
        try:
            approval = await self._saga.approval(
                self._unique(step.name),
                summary=question(asked.prompt, context),
                deadline=asked.timeout or step.planned.step.timeout or LONGEST_QUESTION,
                shown=_fields(seen, None if asked.url is None else shown(asked.url, context)),
                takes=takes,
                check_input=None if takes is None else lambda given: _wrong(takes, given),
            )
        except ApplicationError as error:
            self._kinds[step.name] = error.type or "StepFailed"
            if error.type == APPROVAL_TIMED_OUT:
                return unanswered(step, error.message, timed_out=True)
            if error.type in DECLINED:
                return declined(step, error.message)
            raise
        return told(step, approval.decisions[-1].input)

    async def _judge(self, step: StepInput, judge: Judge) -> Verdict:
        """An agent; where it gives no judgement that fits, or none in time, a person, if the step says so."""
        try:
            limit = judge.timeout or step.planned.step.timeout or LONGEST_JUDGEMENT
            judgement = await self._saga.within(limit, self._judgement(step, judge), name=step.name)
        except FailureError as error:
            if is_cancelled_exception(error) or judge.fallback is None:
                raise
            takes = (
                judge.output_schema if judge.fallback.input_schema is None else judge.fallback.input_schema
            )
            return await self._ask(step, judge.fallback.model_copy(update={"input_schema": takes}))
        return told(step, judgement.answer)

    async def _judgement(self, step: StepInput, judge: Judge) -> Judgement:
        """Nothing comes of a question that is given up, so it is not heard out."""
        request = JudgeRequest(
            prompt=question(judge.prompt, step.context),
            context=shown(judge.context, step.context),
            output_schema=judge.output_schema,
        )
        with tolerating(Tolerance.ALTERNATIVE):
            return await self._saga.execute_activity(
                "agent.judge",
                request,
                result_type=Judgement,
                step=step.name,
                start_to_close_timeout=judge.timeout or LONGEST_JUDGEMENT,
                cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
            )

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

    def _unique(self, name: str) -> str:
        """Of children and questions: the second of a name is `name-2`, in this run and those before it."""
        status = self._saga.status()
        taken = {one.name for one in status.steps} | {one.name for one in status.approvals}
        while True:
            self._names[name] += 1
            count = self._names[name]
            found = name if count == 1 else f"{name}-{count}"
            if found not in taken:
                return found


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


def _fields(seen: JsonValue, url: JsonValue) -> Mapping[str, object] | None:
    fields = seen if isinstance(seen, dict) else {} if seen is None else {"context": seen}
    return fields | ({} if url is None else {"url": url}) or None


def _wrong(schema: JsonValue, given: JsonValue) -> str | None:
    return "; ".join(wrong_with_inputs(schema, given)) or None
