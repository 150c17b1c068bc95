"""Runs a worker until it is told to stop, and says when it serves."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import FrameType

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from runtime.outages import outages_told
from runtime.refusals import Unreachable

LOGGER = logging.getLogger(__name__)
SIGNALS = (signal.SIGTERM, signal.SIGINT)
RETRY = timedelta(seconds=0.5)
POLL = timedelta(milliseconds=20)


@contextmanager
def told_to_stop() -> Generator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set. Afterwards, too, they end nothing: the program is about to."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        loop.call_soon_threadsafe(stop.set)

    for each in SIGNALS:
        signal.signal(each, on_signal)
    try:
        yield stop
    finally:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)


async def until_reached(
    connect: Callable[[], Awaitable[Client]], stop: asyncio.Event, *, within: timedelta
) -> Client | None:
    """A client once there is a server, or None when `stop` is set before.

    Says once that it waits. Raises Unreachable when it was in vain.
    """
    loop = asyncio.get_running_loop()
    deadline, told = loop.time() + within.total_seconds(), False
    while not stop.is_set():
        try:
            return await connect()
        except Unreachable as error:
            if loop.time() > deadline:
                raise
            if not told:
                LOGGER.warning("%s Waiting for one, %d s at most", error, within.total_seconds())
            told = True
        await _set_within(stop, RETRY)
    return None


async def run_until(stop: asyncio.Event, worker: Worker, *, on_ready: Callable[[], None]) -> None:
    """Run the worker until `stop` is set, or it fails; `on_ready` is called when it has begun to poll."""
    async with worker, outages_told(worker.client):
        while not (stop.is_set() or await _polls(worker)):
            await _set_within(stop, POLL)
        if not stop.is_set():
            on_ready()
        await stop.wait()
        LOGGER.info("Stopping: running calls are finished, or handed back")


async def _set_within(event: asyncio.Event, limit: timedelta) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(limit.total_seconds()):
            await event.wait()


async def _polls(worker: Worker) -> bool:
    """Whether the server sees this worker poll, for workflows and for activities."""
    kinds = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
    try:
        return all([await _polls_for(kind, worker) for kind in kinds])
    except RPCError as error:
        # Whoever may not ask has to do without the answer.
        return error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED}


async def _polls_for(kind: TaskQueueType.ValueType, worker: Worker) -> bool:
    client = worker.client
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=worker.task_queue), task_queue_type=kind
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return any(poller.identity == client.identity for poller in answer.pollers)
