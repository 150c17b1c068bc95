"""How a workflow ended, in one word."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import FailureError

from saga import FlowStatus

PATIENCE = timedelta(seconds=90)


async def end_of(handle: WorkflowHandle[Any, Any]) -> str:
    """`completed`, or the type of the failure at the bottom of the chain."""
    async with asyncio.timeout(PATIENCE.total_seconds()):  # the SDK's own bound is on each call that it makes
        try:
            await handle.result()
        except WorkflowFailureError as failure:
            return _kind(failure.cause)
        return "completed"


async def status_of(handle: WorkflowHandle[Any, Any]) -> FlowStatus:
    """What its `status` query answers."""
    status: FlowStatus = await handle.query("status", result_type=FlowStatus)
    return status


def _kind(error: BaseException) -> str:
    while isinstance(error, FailureError) and error.cause:
        error = error.cause
    return str(getattr(error, "type", None) or type(error).__name__)
