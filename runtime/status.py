"""The status of one flow for people: its own answer, the server's word, and what only the history knows.

The `status` query knows what the flow means; the server knows how it ended, how often each step was tried and when
it really began. Where no worker answers the query, the status is put together from the server's part alone.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from pydantic import ValidationError
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from runtime.history import Activity, end_reason, failure_text, read_activities
from runtime.identity import Actor
from runtime.refusals import UnknownId
from runtime.status_from_history import from_history
from runtime.visibility import ended_as, saga_state
from saga.status import FlowState, FlowStatus, StatusModel, StepStatus

ANSWER_WITHIN = timedelta(seconds=2)
"""A worker that has the flow in its cache answers in milliseconds, one that has to replay it, in tenths of seconds."""

ENDED_FROM_OUTSIDE = {FlowState.CANCELLED, FlowState.TERMINATED}
UNANSWERED = "no worker has answered; if none runs, start one with `python worker.py`"
REFRESH = timedelta(milliseconds=400)


class Retry(StatusModel):
    """A step whose last attempt failed; `next_attempt_at` is None while an attempt runs."""

    step: str
    attempts: int
    last_failure: str
    next_attempt_at: datetime | None = None


class Progress(StatusModel):
    """How far a step is that has many parts, such as the servers of a batch."""

    step: str
    done: tuple[str, ...]
    of: int


class FlowView(FlowStatus):
    """A `FlowStatus` with attempts, true starts and durations filled in, and how far it can be trusted."""

    source: Literal["flow", "history"] = "flow"
    """`history`: no worker answered, so approvals, inputs and results are missing."""
    trouble: str | None = None
    """Why the flow does not go on, where that is not the flow's own doing."""
    retrying: tuple[Retry, ...] = ()
    progress: tuple[Progress, ...] = ()
    started_by: Actor | None = None
    plan_sha256: str | None = None
    """Of the plan that a document's run has."""

    @property
    def ended(self) -> bool:
        return self.completed_at is not None


async def flow_view(
    client: Client, workflow_id: str, run_id: str | None = None, *, within: timedelta = ANSWER_WITHIN
) -> FlowView:
    """The status of the execution as it is now; a worker has to answer `within` that time. Raises UnknownId."""
    return await _Viewer(client, client.get_workflow_handle(workflow_id, run_id=run_id), within).view()


async def watch_flow(
    client: Client, workflow_id: str, *, run_id: str | None = None, every: timedelta = REFRESH
) -> AsyncGenerator[FlowView]:
    """The status each time it has changed, until the flow has ended. Raises UnknownId."""
    viewer = _Viewer(client, client.get_workflow_handle(workflow_id, run_id=run_id))
    last: FlowView | None = None
    while last is None or not last.ended:
        view = await viewer.view()
        if view != last:
            yield view
        last = view
        if not view.ended:
            await asyncio.sleep(every.total_seconds())


class _Viewer:
    """Looks at one execution again and again; reads its history only when that has grown."""

    def __init__(
        self, client: Client, handle: WorkflowHandle[object, object], within: timedelta = ANSWER_WITHIN
    ) -> None:
        self._client = client
        self._handle = handle
        self._within = within
        self._events: Sequence[HistoryEvent] = ()

    async def view(self) -> FlowView:
        description, answer = await asyncio.gather(
            describe(self._handle), ask(self._handle, within=self._within)
        )
        events = await self._history(description)
        converter = self._client.data_converter
        pending = description.raw_description.pending_activities
        activities = await read_activities(events, pending, converter)
        status = answer or await from_history(description, events, activities, converter)
        return FlowView.model_validate(
            {
                **dict(status),
                **_ending(description, events),
                "steps": [_filled_in(step, activities) for step in status.steps],
                "source": "flow" if answer else "history",
                "trouble": await self._trouble(description, events, answered=answer is not None),
                "retrying": _retries(activities),
                "progress": tuple(_progress(activities)),
                "started_by": await started_by(description),
                "plan_sha256": await description.memo_value("plan_sha256", default=None),
            }
        )

    async def _history(self, description: WorkflowExecutionDescription) -> Sequence[HistoryEvent]:
        if description.history_length != len(self._events):
            self._events = (await self._handle.fetch_history()).events
        return self._events

    async def _trouble(
        self, description: WorkflowExecutionDescription, events: Sequence[HistoryEvent], *, answered: bool
    ) -> str | None:
        attempt = description.raw_description.pending_workflow_task.attempt
        if attempt > 1:
            reason = await self._task_failure(events)
            return f"stuck: workflow code fails (attempt {attempt}){f': {reason}' if reason else ''}"
        return None if answered else UNANSWERED

    async def _task_failure(self, events: Sequence[HistoryEvent]) -> str:
        """Why the newest workflow task failed; empty when it was no failure, as when a worker dies in it."""
        for event in reversed(events):
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                break
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failure = event.workflow_task_failed_event_attributes.failure
                return await failure_text(failure, self._client.data_converter)
        return ""


async def describe(handle: WorkflowHandle[object, object]) -> WorkflowExecutionDescription:
    """What the server knows of the execution. Raises UnknownId."""
    try:
        return await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise UnknownId(handle.id) from None
        raise


async def ask(
    handle: WorkflowHandle[object, object], *, within: timedelta = ANSWER_WITHIN
) -> FlowStatus | None:
    """The flow's own answer, or None when no worker gives one in time."""
    try:
        answer: FlowStatus = await handle.query("status", result_type=FlowStatus, rpc_timeout=within)
    except (RPCError, WorkflowQueryFailedError):
        return None
    return answer


async def started_by(description: WorkflowExecutionDescription) -> Actor | None:
    """Who started the flow, as the starter has noted."""
    noted: Actor | None = await description.memo_value("started_by", default=None, type_hint=Actor)
    return noted


def _ending(description: WorkflowExecutionDescription, events: Sequence[HistoryEvent]) -> dict[str, object]:
    """The server's word on how the flow ended overrides the flow's own; so does the reason that it was given."""
    if description.status in (None, WorkflowExecutionStatus.RUNNING):
        return {"completed_at": None}
    end = ended_as(description.status, saga_state(description.typed_search_attributes))
    waits = {} if end is FlowState.RUNNING else {"waiting_for": None}
    reason = end_reason(events)
    told = {"error": reason} if reason and end in ENDED_FROM_OUTSIDE else {}
    return {"status": end, "completed_at": description.close_time, **waits, **told}


def _filled_in(step: StepStatus, activities: Sequence[Activity]) -> StepStatus:
    """The step with its attempts, true start and duration; all executions under its key count, but no probes."""
    keys = {activity.key for activity in activities if activity.id == step.activity_id}
    mine = [activity for activity in activities if activity.key in keys and not activity.is_probe]
    if not mine:
        return step
    started = mine[0].started_at
    ended = step.completed_at or mine[-1].ended_at
    return step.model_copy(
        update={
            "attempts": sum(activity.attempts for activity in mine),
            "started_at": started,
            "completed_at": ended,
            "duration_s": (ended - started).total_seconds() if ended and started else None,
        }
    )


def _progress(activities: Sequence[Activity]) -> Iterator[Progress]:
    for activity in activities:
        if isinstance(activity.told, dict) and not activity.ended_at:
            with suppress(ValidationError):
                yield Progress.model_validate({**activity.told, "step": activity.id})


def _retries(activities: Sequence[Activity]) -> tuple[Retry, ...]:
    return tuple(
        Retry(
            step=activity.id,
            attempts=activity.attempts,
            last_failure=activity.failure,
            next_attempt_at=activity.next_attempt_at,
        )
        for activity in activities
        if activity.failure and not activity.ended_at
    )
