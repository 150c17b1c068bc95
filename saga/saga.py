"""The saga: `async with saga:` is try/finally with the one question that a bare `finally` cannot ask.

Did the workflow *fail*, or is it being cancelled? Then what was done is undone, newest first. A bug in workflow code is
neither: nothing is undone, and the flow goes on when fixed code is deployed. The block's end is the point of no
return: from there a cancel is only recorded, and each step is tried for as long as it takes.

History events beyond those of the bare activities: none where nothing is waited for. An approval, an incident or a
durable wait adds its timer, the first two also an upsert of search attributes before and after it; undoing adds one
upsert when it begins and one when it ends; a deadline adds its timer. Status, details and step headers add none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.activities import Activities, StepOptions
from saga.approval import Approvals
from saga.cancellation import cancel_requested, is_bug, is_eviction, raise_if_cancelled, shielded, ungrouped
from saga.compensation import CompensationStack
from saga.deadline import Deadline, within
from saga.handlers import Handlers
from saga.incident import Incidents
from saga.journal import Journal
from saga.metrics import count_end, count_start
from saga.parallel import all_settled
from saga.phase import Phase
from saga.scope import flow_scope
from saga.status import DecisionStatus, FlowState, FlowStatus
from saga.step import Activity, describe
from saga.steps import Policies, Steps

T = TypeVar("T")


class Saga(Activities):
    """One per run, made in the workflow's `@workflow.init`, so that its message handlers exist before the first message.

    Args:
        flow: Name of the flow in its status; without it the workflow type.
        version: Version of the flow's plan.
        deadline: Bound on the whole block, counted from its beginning: then everything is undone, and the flow fails
            with `DeadlineExceeded`. Never use Temporal's execution timeout for it: that runs no compensation.
        step_options: Activity options for steps before the point of no return, over those of `saga.policies`.
        compensation_options: The same for undoing.
        forward_options: The same for steps beyond the point of no return.
        compensation_retry_interval: First durable wait before an exceeded undo is tried again by itself.

    Raises:
        RuntimeError: at the first step, when the client lacks the `SagaPlugin`.
    """

    def __init__(
        self,
        flow: str | None = None,
        *,
        version: str = "1",
        deadline: timedelta | None = None,
        step_options: ActivityConfig | None = None,
        compensation_options: ActivityConfig | None = None,
        forward_options: ActivityConfig | None = None,
        compensation_retry_interval: timedelta = policies.COMPENSATION_RETRY_INTERVAL,
    ) -> None:
        self._journal = Journal(flow or workflow.info().workflow_type, version)
        self._approvals = Approvals(self._journal)
        self._incidents = Incidents(self._journal)
        self._stack = CompensationStack(
            self._journal,
            self._incidents,
            interval=compensation_retry_interval,
            interval_max=policies.COMPENSATION_RETRY_INTERVAL_MAX,
        )
        options = Policies(
            before=policies.merged(policies.BEFORE_POINT_OF_NO_RETURN, step_options or {}),
            undo=policies.merged(policies.COMPENSATION, compensation_options or {}),
            after=policies.merged(policies.AFTER_POINT_OF_NO_RETURN, forward_options or {}),
        )
        self._steps = Steps(self._journal, self._stack, self._incidents, options)
        self._phase = Phase.OPEN
        self._begun = False
        self._deadline = Deadline(deadline)
        Handlers(self._journal, self._approvals, self._incidents).register()

    async def __aenter__(self) -> Self:
        self._begin()
        self._deadline.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not (cancel_requested() or self._deadline.passed):
            self.point_of_no_return()
            return
        stop = error or asyncio.CancelledError()
        await self.compensate(stop)
        if error is None:
            raise stop

    def point_of_no_return(self) -> None:
        """From here on only forward. The end of the `async with` block says it; by hand it is the `else` of the `try`."""
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
        ending = self._ending(cause)
        self._phase = Phase.UNDOING
        self._journal.error = describe(ending)
        await shielded(self._unwind())
        if ending is not error:
            raise ending from None

    async def gather(self, *legs: Coroutine[Any, Any, T]) -> list[T]:
        """Run legs side by side; all have settled before anything is undone. Results in the order of the legs.

        Raises:
            BaseException: the first failure of a leg that is not a cancel. Never an `ExceptionGroup`.
        """
        return await self._onward(all_settled([asyncio.ensure_future(leg) for leg in legs]))

    async def within(self, limit: timedelta, work: Coroutine[Any, Any, T], *, name: str) -> T:
        """Bound `work`, one step or several, by `limit`; a call that is running then is still waited for.

        Raises:
            ApplicationError: `DeadlineExceeded`, naming `name`.
        """
        return await self._onward(within(limit, work, name=name))

    async def approval(self, name: str, *, summary: str, deadline: timedelta) -> DecisionStatus:
        """Wait until a person has approved `name`, which is asked for with `summary`.

        Raises:
            ApplicationError: `ApprovalRejected`, or `ApprovalTimedOut` when nobody decided within `deadline`.
        """
        self._go_on()
        decision = await self._onward(self._approvals.ask(name, summary=summary, deadline=deadline))
        self._go_on()
        return decision

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
        count_start(self._journal.flow)

    def _ending(self, error: BaseException) -> BaseException:
        if cancel_requested():
            return error if isinstance(error, asyncio.CancelledError) else asyncio.CancelledError()
        if self._deadline.passed and is_cancelled_exception(error):
            return self._deadline.failure()
        return error

    async def _unwind(self) -> None:
        if self._stack:
            self._journal.enter(FlowState.COMPENSATING)
            await self._stack.unwind()

    def _ended(self, error: BaseException | None) -> None:
        """How `run` ended. An eviction, a bug and a continue-as-new are no ends."""
        if error is not None and (isinstance(error, GeneratorExit) or is_eviction(error) or is_bug(error)):
            return
        state = self._end_state(error)
        self._journal.end(state, describe(error) if error else None)
        count_end(self._journal.flow, state)

    def _end_state(self, error: BaseException | None) -> FlowState:
        if error is None:
            return FlowState.COMPLETED
        if cancel_requested() and is_cancelled_exception(error):
            return FlowState.CANCELLED
        return FlowState.COMPENSATED if self._stack.undone_by_itself else FlowState.FAILED
