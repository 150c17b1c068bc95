"""Runs a worker until it is told to stop, and says when it serves."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
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


async def run_until(stop: asyncio.Event, *workers: Worker, on_ready: Callable[[], None]) -> None:
    """Run the workers until `stop` is set, or one fails; `on_ready` is called when all have begun to poll."""
    async with AsyncExitStack() as running:
        for worker in workers:
            await running.enter_async_context(worker)
        await running.enter_async_context(outages_told(workers[0].client))
        while not (stop.is_set() or all([await _polls(worker) for worker in workers])):
            await _set_within(stop, POLL)
        if not stop.is_set():
            on_ready()
        await stop.wait()
        LOGGER.info("Stopping: running calls are finished, or handed back")
        await asyncio.gather(*(worker.shutdown() for worker in workers))


async def _set_within(event: asyncio.Event, limit: timedelta) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(limit.total_seconds()):
            await event.wait()


async def _polls(worker: Worker) -> bool:
    """Whether the server sees this worker poll for all that it serves."""
    try:
        return all([await _polls_for(kind, worker) for kind in _kinds(worker)])
    except RPCError as error:
        # Whoever may not ask has to do without the answer.
        return error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED}


def _kinds(worker: Worker) -> Sequence[TaskQueueType.ValueType]:
    """A worker without workflows, as in the private network, polls for none."""
    activities = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    return [TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, activities] if _has_workflows(worker) else [activities]


def _has_workflows(worker: Worker) -> bool:
    return bool(worker.config().get("workflows"))


async def _polls_for(kind: TaskQueueType.ValueType, worker: Worker) -> bool:
    client = worker.client
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=worker.task_queue), task_queue_type=kind
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return any(poller.identity == client.identity for poller in answer.pollers)
