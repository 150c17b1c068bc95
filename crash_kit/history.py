"""Which step each idempotency key belongs to, how often and how long it may be tried: what a flow's history says."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import WorkflowHandle

from runtime.history import step_header

ANNOUNCEMENT = "announce-"
"""How the name of a step begins that only tells somebody: it is no part of the flow's plan."""

REST_BOUND = timedelta(seconds=20)
POLL = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Step:
    name: str
    undoes: bool
    attempts: int
    """0 without end."""
    seconds: float
    """What an attempt may take."""

    @property
    def tells(self) -> bool:
        return self.name.startswith(ANNOUNCEMENT)


Steps = Mapping[str, Step]


async def read_steps(handle: WorkflowHandle[Any, Any]) -> Steps:
    """By idempotency key; calls without a key, such as reads, are in none."""
    steps: dict[str, Step] = {}
    for key, step in filter(None, map(_step, (await handle.fetch_history()).events)):
        steps.setdefault(key, step)  # a probe comes later, and has the key of its step
    return steps


def _step(event: HistoryEvent) -> tuple[str, Step] | None:
    if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return None
    scheduled = event.activity_task_scheduled_event_attributes
    header = step_header(scheduled.header)
    if header is None:
        return None
    return header.key, Step(
        header.step,
        undoes=header.compensates is not None,
        attempts=scheduled.retry_policy.maximum_attempts,
        seconds=scheduled.start_to_close_timeout.ToTimedelta().total_seconds(),
    )


async def at_rest(handle: WorkflowHandle[Any, Any]) -> None:
    """Returns when no activity of the flow runs and its workflow has taken note of all that is over, or has ended.

    Raises:
        TimeoutError: there is always something that runs.
    """
    async with asyncio.timeout(REST_BOUND.total_seconds()):
        while not _rests((await handle.describe()).raw_description):  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(POLL.total_seconds())


def _rests(description: DescribeWorkflowExecutionResponse) -> bool:
    if description.HasField("pending_workflow_task"):
        return False
    states = {activity.state for activity in description.pending_activities}
    return states <= {PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED}
