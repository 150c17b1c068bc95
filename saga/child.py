"""Child flows: a flow of its own, whose completed steps its parent can still undo."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import FailureError, TerminatedError, is_cancelled_exception
from temporalio.exceptions import TimeoutError as TemporalTimeoutError
from temporalio.workflow import (
    ActivityConfig,
    ChildWorkflowConfig,
    ChildWorkflowHandle,
    ParentClosePolicy,
)

from saga.cancellation import raise_if_cancelled
from saga.compensation import CompensationStack
from saga.handover import Undo
from saga.incident import Incidents
from saga.journal import Journal, StepRecord
from saga.messages import Choice
from saga.search_attributes import SAGA_STATUS
from saga.status import FlowState, StepState
from saga.step import describe, root_cause
from saga.terms import Terms

R = TypeVar("R")
ChildFlow = Callable[..., Awaitable[Any]]
Held = Callable[[FailureError], tuple[Choice, ...]]
"""What a person may choose about a failure; nothing: it is raised."""

TURNS = 8


class Reversible(BaseModel, Generic[R]):
    """A child flow's result, with all that it takes to undo the child. Made by `Saga.reversible`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    result: R
    undo: tuple[Undo, ...] = ()
    """In the order in which the steps were done."""


class Children:
    """Runs child flows for one saga."""

    def __init__(
        self, journal: Journal, stack: CompensationStack, incidents: Incidents, undo: ActivityConfig
    ) -> None:
        self._journal = journal
        self._stack = stack
        self._incidents = incidents
        self._undo = undo

    async def run(
        self, flow: ChildFlow | str, arg: object, name: str, options: ChildWorkflowConfig, held: Held
    ) -> Any:  # noqa: ANN401 - the child's result
        """The child's result; its undo is registered here, since a child that fails has undone itself.

        One whose failure is `held` waits for a person, who has it run again, or says what to do without it.
        """
        for attempt in itertools.count(1):
            again = name if attempt == 1 else f"{name}.retry-{attempt}"
            record = StepRecord(again, f"child {workflow.info().workflow_id}.{again}", (arg,), workflow.now())
            self._journal.steps.append(record)
            try:
                return await self._once(flow, arg, record, options)
            except FailureError as error:
                record.failure, record.error = error, describe(error)
                record.state, record.completed_at = StepState.FAILED, workflow.now()
                if isinstance(root_cause(error), (TerminatedError, TemporalTimeoutError)):
                    await self._half_done(record)
                choices = () if is_cancelled_exception(error) else held(error)
                if not choices:
                    raise
                terms = Terms(choices, result_type=dict[str, Any], needs_result=True)
                resolution = await self._incidents.step_decided(
                    again, cause=record.error, attempts=attempt, terms=terms
                )
                if resolution and resolution.decision == "compensate":
                    raise
            if resolution and resolution.decision != "retry":
                record.state, record.result = StepState.SKIPPED, resolution.result
                return resolution.result
        raise AssertionError("an endless loop has ended")

    async def _once(
        self, flow: ChildFlow | str, arg: object, record: StepRecord, options: ChildWorkflowConfig
    ) -> Any:  # noqa: ANN401 - the child's result
        running = SearchAttributePair(SAGA_STATUS, FlowState.RUNNING.value)
        config: dict[str, Any] = {
            "id": f"{workflow.info().workflow_id}.{record.name}",
            "static_summary": record.name,
            "parent_close_policy": ParentClosePolicy.REQUEST_CANCEL,
            "search_attributes": TypedSearchAttributes([running]),
            **options,
        }
        if isinstance(flow, str):
            config["result_type"] = Reversible[Any]
        done = await _heard_out(workflow.start_child_workflow(flow, arg, **config))
        record.result, record.state, record.completed_at = done.result, StepState.COMPLETED, workflow.now()
        for undo in done.undo:
            self._register(undo, record.name)
        raise_if_cancelled()
        return done.result

    def _register(self, undo: Undo, child: str) -> None:
        name = f"{child}/{undo.step.step}"
        record = StepRecord(name, undo.activity, undo.args, workflow.now(), state=StepState.COMPLETED)
        self._journal.steps.append(record)
        self._stack.push(undo.taken_over(record, self._undo, origin=f"{child}-{undo.origin}"))

    async def _half_done(self, record: StepRecord) -> None:
        """A child that was ended from outside has undone nothing: a person cleans up, then the flow is undone."""
        cause = f"{record.activity} was ended from outside, and has undone nothing"
        incident = self._incidents.open(
            record.name, kind="step", cause=cause, attempts=1, terms=Terms(("compensate",))
        )
        await self._incidents.resolution(incident)
        self._incidents.close(incident)


async def _heard_out(child: Coroutine[Any, Any, ChildWorkflowHandle[Any, Any]]) -> Reversible[Any]:
    """What the child gives. A cancel tells it to stop, and never hides that it was done: then it has to be undone.

    It may have completed in the very task in which the cancel comes, or be done before it hears of it.
    """
    starting = asyncio.ensure_future(child)
    is_stopped = False
    while not starting.done():
        is_stopped = not await _settled(starting) or is_stopped
    handle = starting.result()
    while not handle.done():
        if is_stopped and handle.cancelling() == 0:
            handle.cancel()
        if not await _settled(handle):
            is_stopped = True
            await _what_has_come()
    done: Reversible[Any] = handle.result()
    return done


async def _settled(task: asyncio.Task[Any]) -> bool:
    """Whether it has ended; it has not, if a cancel came first."""
    try:
        await workflow.wait([task])
    except asyncio.CancelledError:
        return task.done()
    return True


async def _what_has_come() -> None:
    """Let a result that has come together with a cancel reach the handle, which takes some turns of the loop."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
