"""The saga: `async with saga:` is try/finally with the one question that a bare `finally` cannot ask.

Did the workflow *fail*, or is it being cancelled? Then what was done is undone, newest first. A bug in workflow code is
neither: nothing is undone, and the flow goes on when fixed code is deployed. The block's end is the point of no
return: from there a cancel is only recorded, and each step is tried for as long as it takes.

History events beyond those of the bare activities: none where nothing is waited for. An approval, an incident or a
durable wait adds its timer, the first two also an upsert of search attributes before and after it; undoing adds one
upsert when it ends; a deadline and an SLA add a timer each; an announcement, a probe and an early answer that someone
asked for add their own events. Status, details and step headers add none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.activities import Activities, StepOptions
from saga.announcing import Announcer
from saga.answer import EarlyAnswer
from saga.approval import Approvals
from saga.cancellation import cancel_requested, is_bug, is_eviction, raise_if_cancelled, shielded, ungrouped
from saga.child import Children
from saga.compensation import CompensationStack
from saga.composing import Composing
from saga.deadline import Deadline
from saga.ending import end_state, ending_of, is_end
from saga.handlers import Handlers
from saga.incident import Incidents
from saga.journal import Journal
from saga.metrics import count_end, count_start
from saga.options import SagaOptions, activity_policies
from saga.phase import Phase
from saga.receiving import Mailboxes, Receiving
from saga.rolling_over import RollingOver
from saga.scope import flow_scope
from saga.sla import SlaWatch
from saga.status import FlowState, FlowStatus
from saga.step import Activity, describe
from saga.steps import Steps

T = TypeVar("T")
P = TypeVar("P")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)


class Saga(Activities, Composing, Receiving, RollingOver):
    """One per run, made in the workflow's `@workflow.init`, so that its message handlers exist before the first message.

    Args:
        flow: Name of the flow in its status; without it the workflow type.
        options: See `SagaOptions`.

    Raises:
        RuntimeError: at the first step, when the client lacks the `SagaPlugin`.
    """

    def __init__(self, flow: str | None = None, **options: Unpack[SagaOptions]) -> None:
        sla = options.get("sla")
        self._journal = Journal(flow or workflow.info().workflow_type, options.get("version", "1"))
        self._announcer = Announcer(self._journal, options.get("announce"))
        self._approvals = Approvals(self._journal, self._announcer)
        self._announce_undone = options.get("announce_undone", False)
        self._sla = SlaWatch(sla, self._journal, self._announcer) if sla else None
        self._answer = EarlyAnswer() if options.get("answers") else None
        remind_after = options.get("remind_after", policies.REMINDER_INTERVAL)
        self._incidents = Incidents(self._journal, self._announcer, sla, remind_after=remind_after)
        interval = options.get("compensation_retry_interval", policies.COMPENSATION_RETRY_INTERVAL)
        self._stack = CompensationStack(self._journal, self._incidents, interval=interval)
        configs = activity_policies(options)
        self._steps = Steps(self._journal, self._stack, self._incidents, configs)
        self._children = Children(self._journal, self._stack, self._incidents, configs.undo)
        self._phase = Phase.OPEN
        self._begun = False
        self._deadline = Deadline(options.get("deadline"))
        carried = options.get("carried")
        self._mailboxes = Mailboxes(self._journal, carried.mailboxes if carried else None)
        self._roll_over_after = options.get("roll_over_after")
        if carried:
            self._take_over(carried, configs.undo)
        self._handlers = Handlers(
            self._journal, self._approvals, self._incidents, self._mailboxes, self._answer, self._steps
        )
        self._handlers.register()

    async def __aenter__(self) -> Self:
        self._begin()
        if not self.is_forward:
            self._deadline.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_forward:
            return  # it was said inside the block, or by an earlier run
        if error is None and not (cancel_requested() or self._deadline.passed):
            self.point_of_no_return()
            return
        stop = error or asyncio.CancelledError()
        await self.compensate(stop)
        if error is None:
            raise stop

    def point_of_no_return(self) -> None:
        """From here on only forward. The end of the `async with` block says it; by hand it is the `else` of the `try`.

        Said inside the block, what fails later in it undoes nothing.
        """
        self._deadline.stop()
        self._phase = Phase.FORWARD

    async def compensate(self, error: BaseException) -> None:
        """Undo everything, newest first, if `error` fails or cancels the flow; then the caller raises `error` again.

        The `async with` block does just this. By hand: `except BaseException as error: await saga.compensate(error); raise`.
        A bug and an eviction undo nothing. What is done when it begins is decided: a later cancel changes nothing.

        Raises:
            asyncio.CancelledError: in place of a failure, when the workflow is also being cancelled.
            ApplicationError: `DeadlineExceeded`, when that was the reason to stop.
        """
        if isinstance(error, GeneratorExit):
            return  # the instance is thrown away, outside of any workflow task: nothing of the SDK may be asked
        cause = ungrouped(error)  # an exception group out of `run` would hold the workflow up for ever
        if is_bug(cause) or (is_eviction(cause) and not self._deadline.passed):
            return
        self._deadline.stop()
        ending = ending_of(cause, self._deadline)
        self._phase = Phase.UNDOING
        self._journal.error = describe(ending)
        await shielded(self._unwind(ending))
        if ending is not error:
            raise ending from None

    def answer(self, value: object) -> None:
        """Give the early answer, one model; the flow goes on.

        Raises:
            RuntimeError: the saga was made without `answers=True`, or has answered before.
        """
        if self._answer is None:
            raise RuntimeError("An early answer needs Saga(…, answers=True).")
        self._answer.give(value)

    def add_compensation(
        self, activity: Activity, *args: object, step: str, **options: Unpack[ActivityConfig]
    ) -> None:
        """Register an undo for something that was not a step of this saga.

        Args:
            activity: The compensation; it succeeds when there is nothing to undo.
            args: Its input.
            step: What it undoes, as the status shows it.
            options: Activity options, over the saga's policy for undoing.
        """
        self._begin()
        known = StepOptions(step=step, compensation_options=options)
        self._steps.done_elsewhere(
            self._steps.reach(activity, args, compensation=activity, result_type=None, options=known)
        )

    def error_of(self, step: str) -> str | None:
        """What went wrong with the step of this name, when it ran last; None if nothing did, or it did not run."""
        return self._steps.error_of(step)

    def status(self) -> FlowStatus:
        """What the `status` query answers."""
        return self._journal.status()

    async def _execute(
        self,
        activity: Activity,
        args: tuple[Any, ...],
        *,
        compensation: Activity | None,
        result_type: type | None,
        options: StepOptions,
    ) -> Any:  # noqa: ANN401 - the activity's result
        self._go_on()
        step = self._steps.reach(
            activity, args, compensation=compensation, result_type=result_type, options=options
        )
        run = self._steps.run_forward if self._phase is Phase.FORWARD else self._steps.run
        return await self._onward(run(step))

    async def _onward(self, work: Coroutine[Any, Any, T]) -> T:
        """Beyond the point of no return `work` hears of no cancel."""
        return await (shielded(work) if self._phase is Phase.FORWARD else work)

    async def _wait(self, work: Callable[[], Awaitable[T]]) -> T:
        self._go_on()
        result = await self._onward(_awaited(work))
        self._go_on()
        return result

    def _go_on(self) -> None:
        self._begin()
        if self._phase is Phase.OPEN:
            raise_if_cancelled()

    def _begin(self) -> None:
        if self._begun:
            return
        scope = flow_scope.get()
        if scope is None:
            raise RuntimeError("Saga needs its plugin: Client.connect(…, plugins=[SagaPlugin()]).")
        self._begun = True
        self._journal.correlation_id = scope.correlation_id
        scope.on_end = self._ended
        scope.details = self._journal.details
        if self._journal.runs == 1:
            count_start(self._journal.flow)
        self._journal.publish()  # of a further run: what an earlier one waited for
        if self._sla:
            self._sla.start()

    async def _unwind(self, ending: BaseException) -> None:
        if not self._stack:
            return
        self._journal.enter(FlowState.COMPENSATING)
        await self._stack.unwind()
        if self._announce_undone and not is_cancelled_exception(ending):
            failed = self._steps.failed(ending)
            step, cause = failed.name if failed else None, describe(ending)
            self._announcer.tell("undone", step=step, cause=cause, since=workflow.now())

    async def _ended(self, error: BaseException | None) -> None:
        """How `run` ended."""
        if not is_end(error):
            return
        if self._answer:
            await shielded(self._answer.end(error))
        await shielded(self._announcer.all_told())
        state = end_state(error, undone=self._stack.undone_by_itself)
        self._journal.end(state, describe(error) if error else None)
        count_end(self._journal.flow, state)


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
