"""`python -m benchmarks.hand_written_worker`: serves the hand-written order, set as our worker is, or naively."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import uvloop
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.endpoint import Endpoint
from activities.transport import open_transport
from benchmarks.bare_activities import Calls
from benchmarks.bare_order import BareOrder
from runtime.core import core_runtime
from runtime.ending import leave
from settings import WorkerSettings

READY = "worker ready"
PASSED_THROUGH = ("pydantic", "pydantic_core", "annotated_types")
STICKY_TIMEOUT = timedelta(seconds=5)  # as worker.py

Activities = Sequence[Callable[..., Any]]


async def serve_as_ours(options: Namespace) -> None:
    """One pool of connections on our transport, and our worker's settings."""
    endpoint = Endpoint(url=options.downstream)
    async with httpx.AsyncClient(base_url=endpoint.url, transport=open_transport(endpoint)) as client:

        @asynccontextmanager
        async def pooled() -> AsyncGenerator[httpx.AsyncClient]:
            yield client

        connection = await Client.connect(
            options.address, data_converter=pydantic_data_converter, runtime=core_runtime()
        )
        await _run(_as_ours(connection, options.task_queue, _activities(Calls(pooled))))


async def serve_naively(options: Namespace) -> None:
    """A client for each call, and a worker on which nothing is set."""

    def new() -> AbstractAsyncContextManager[httpx.AsyncClient]:
        return httpx.AsyncClient(base_url=options.downstream)

    connection = await Client.connect(options.address, data_converter=pydantic_data_converter)
    await _run(
        Worker(
            connection,
            task_queue=options.task_queue,
            workflows=[BareOrder],
            activities=_activities(Calls(new)),
        )
    )


def _as_ours(client: Client, task_queue: str, activities: Activities) -> Worker:
    limits = WorkerSettings()
    pollers = PollerBehaviorSimpleMaximum(limits.pollers)
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[BareOrder],
        activities=activities,
        workflow_runner=replace(SandboxedWorkflowRunner(), restrictions=restrictions),
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
        max_concurrent_workflow_tasks=limits.max_concurrent_workflow_tasks,
        max_concurrent_activities=limits.max_concurrent_activities,
        max_cached_workflows=limits.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
    )


def _activities(calls: Calls) -> Activities:
    return [
        calls.reserve_stock,
        calls.release_stock,
        calls.authorize_payment,
        calls.void_payment,
        calls.create_shipment,
        calls.capture_payment,
        calls.send_notification,
    ]


async def _run(worker: Worker) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with worker:
        print(READY, flush=True)
        await stop.wait()


def main() -> int:
    options = _parser().parse_args()
    if options.naive:
        asyncio.run(serve_naively(options))
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve_as_ours(options))
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m benchmarks.hand_written_worker", description=__doc__)
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--address", required=True)
    parser.add_argument("--task-queue", required=True)
    parser.add_argument("--downstream", required=True)
    return parser


if __name__ == "__main__":
    leave(main())
