"""`python -m benchmarks.counting_worker`: serves counting as a flow in Python, set as our worker is."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from datetime import timedelta

import uvloop
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from activities.endpoint import Endpoint
from activities.http import Downstream
from activities.registry import activities_of
from benchmarks.counting import Counter, CountingWorkflow
from runtime.client import connect
from runtime.ending import leave
from runtime.step_log import StepLog
from runtime.telemetry import Telemetry, start_telemetry
from settings import Settings, WorkerSettings

READY = "counting worker ready"
STICKY_TIMEOUT = timedelta(seconds=5)  # as worker.py
CONNECT_BOUND = timedelta(seconds=10)


async def serve(options: Namespace) -> None:
    """Until SIGTERM."""
    settings, telemetry = Settings.read(), start_telemetry("worker")
    client = await connect("benchmark", payload_store=settings.payload_store, within=CONNECT_BOUND)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with (
        Downstream("counter", Endpoint(url=options.counter)) as counter,
        _worker(client, options.task_queue, Counter(counter), settings.worker, telemetry),
    ):
        print(READY, flush=True)
        await stop.wait()


def _worker(
    client: Client, queue: str, counter: Counter, limits: WorkerSettings, telemetry: Telemetry
) -> Worker:
    pollers = PollerBehaviorSimpleMaximum(limits.pollers)
    return Worker(
        client,
        task_queue=queue,
        workflows=[CountingWorkflow],
        activities=activities_of(counter),
        interceptors=[StepLog(), *telemetry.worker_interceptors],
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
        max_concurrent_workflow_tasks=limits.max_concurrent_workflow_tasks,
        max_concurrent_activities=limits.max_concurrent_activities,
        max_cached_workflows=limits.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
    )


def main() -> int:
    parser = ArgumentParser(prog="python -m benchmarks.counting_worker", description=__doc__)
    parser.add_argument("--task-queue", required=True)
    parser.add_argument("--counter", required=True, metavar="URL")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(options))
    return 0


if __name__ == "__main__":
    leave(main())
