"""Puts a flow's status together without asking the flow: from its history and what the server describes.

Inputs, results and approvals are missing, since only the flow knows how to read and mask them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.converter import DataConverter

from runtime.history import Activity, failure_text
from runtime.visibility import saga_state
from saga.headers import CORRELATION_HEADER
from saga.search_attributes import SAGA_WAITING_FOR
from saga.status import FlowState, FlowStatus, StepState, StepStatus


async def from_history(
    description: WorkflowExecutionDescription,
    events: Sequence[HistoryEvent],
    activities: Sequence[Activity],
    converter: DataConverter,
) -> FlowStatus:
    """What can be known of a flow whose worker does not answer."""
    attributes = description.typed_search_attributes
    return FlowStatus(
        id=description.id,
        run_id=description.run_id,
        flow=description.workflow_type,
        version=str(await description.memo_value("flow_version", default="")),
        correlation_id=_correlation_id(description, events),
        status=saga_state(attributes) or FlowState.RUNNING,
        created_at=description.start_time,
        waiting_for=", ".join(attributes.get(SAGA_WAITING_FOR) or ()) or None,
        error=await _error(events, converter),
        steps=_steps(activities, running=description.status is WorkflowExecutionStatus.RUNNING),
    )


def _correlation_id(description: WorkflowExecutionDescription, events: Sequence[HistoryEvent]) -> str:
    if not events:
        return description.id
    header = events[0].workflow_execution_started_event_attributes.header
    chosen = header.fields.get(CORRELATION_HEADER)
    return chosen.data.decode(errors="replace") if chosen else description.id


async def _error(events: Sequence[HistoryEvent], converter: DataConverter) -> str | None:
    last = events[-1] if events else None
    if last is None or last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        return None
    return await failure_text(last.workflow_execution_failed_event_attributes.failure, converter)


def _steps(activities: Sequence[Activity], *, running: bool) -> tuple[StepStatus, ...]:
    """A step is all executions under its key; its compensation names that key."""
    executions: defaultdict[str, list[Activity]] = defaultdict(list)
    undos: defaultdict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        undone = activity.step.compensates if activity.step else None
        if undone:
            undos[undone].append(activity)
        elif activity.is_probe:
            executions[activity.key][-1] = _seen(executions[activity.key][-1], activity)
        elif not activity.is_announcement:
            executions[activity.key].append(activity)
    return tuple(_step(mine[-1], undos[key], running=running) for key, mine in executions.items())


def _seen(asked: Activity, probe: Activity) -> Activity:
    """The step's last execution, which has worked after all if its probe has seen the effect."""
    return replace(asked, completed=True, failure=None, ended_at=probe.ended_at) if probe.answered else asked


def _step(newest: Activity, undos: Sequence[Activity], *, running: bool) -> StepStatus:
    done = _undo_state(undos[-1], running=running) if undos else _state(newest)
    return StepStatus(
        name=newest.step.step if newest.step else newest.name,
        status=done,
        activity=newest.name,
        activity_id=newest.id,
        started_at=newest.scheduled_at,
        completed_at=newest.ended_at,
        error=newest.failure,
    )


def _state(activity: Activity) -> StepState:
    if activity.completed:
        return StepState.COMPLETED
    return StepState.FAILED if activity.ended_at else StepState.RUNNING


def _undo_state(undo: Activity, *, running: bool) -> StepState:
    if undo.completed:
        return StepState.COMPENSATED
    return StepState.COMPENSATION_FAILED if undo.ended_at or not running else StepState.COMPENSATING
