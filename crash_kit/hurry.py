"""Shortens what a flow would wait for: the back-off between attempts, and the time until a dead worker is noticed.

The flow's own options say how often it tries; only the waiting between the attempts is taken out, at the server.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import RetryPolicy, WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest, UpdateActivityOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError

LOOK_EVERY = timedelta(milliseconds=200)
SOON = Duration(seconds=2)
BEGUN = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
SHORT = Duration(nanos=50_000_000)

WITHOUT_BACK_OFF: Mapping[str, Any] = {
    "activity_options": ActivityOptions(
        retry_policy=RetryPolicy(initial_interval=SHORT, maximum_interval=SHORT)
    ),
    "update_mask": FieldMask(paths=["retry_policy.initial_interval", "retry_policy.maximum_interval"]),
}
NOTICED_SOON: Mapping[str, Any] = {
    "activity_options": ActivityOptions(heartbeat_timeout=SOON),
    "update_mask": FieldMask(paths=["heartbeat_timeout"]),
}


@asynccontextmanager
async def without_back_off(client: Client, flow: str) -> AsyncGenerator[None]:
    """Inside, what has failed once is tried again at once."""
    hurrying = asyncio.create_task(_hurry(client, flow))
    try:
        yield
    finally:
        hurrying.cancel()
        await asyncio.wait({hurrying})


async def notice_death(client: Client, flow: str) -> None:
    """What a dead worker has begun, and beats no more, times out soon; and the workflow is no longer kept for it."""
    for activity in await _pending(client, flow):
        heartbeat = activity.activity_options.heartbeat_timeout
        if activity.state == BEGUN and heartbeat.seconds > SOON.seconds:
            await _change(client, flow, activity, NOTICED_SOON)
    no_longer = ResetStickyTaskQueueRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=flow)
    )
    with suppress(RPCError):  # it has ended
        await client.workflow_service.reset_sticky_task_queue(no_longer)


async def _hurry(client: Client, flow: str) -> None:
    hurried: set[str] = set()
    while True:
        for activity in await _pending(client, flow):
            if activity.HasField("last_failure") and activity.activity_id not in hurried:
                hurried.add(activity.activity_id)
                await _change(client, flow, activity, WITHOUT_BACK_OFF)
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def _pending(client: Client, flow: str) -> Sequence[PendingActivityInfo]:
    return (await client.get_workflow_handle(flow).describe()).raw_description.pending_activities


async def _change(
    client: Client, flow: str, activity: PendingActivityInfo, change: Mapping[str, Any]
) -> None:
    request = UpdateActivityOptionsRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=flow),
        identity=client.identity,
        id=activity.activity_id,
        **change,
    )
    with suppress(RPCError):  # it is over meanwhile
        await client.workflow_service.update_activity_options(request)
