"""What a worker's memory grows by while sagas wait for their approval."""

import asyncio
import time
from datetime import timedelta

from temporalio.client import Client

from benchmarks.contenders import Contender
from benchmarks.load import together, window
from benchmarks.orders import Orders, large_order
from benchmarks.processes import resident_mib
from benchmarks.results import Parked

WARM_UP = timedelta(seconds=1)
AT_ONCE = 50
BOUND = timedelta(seconds=90)
POLL = timedelta(milliseconds=200)


async def park(engine: Contender, count: int) -> Parked:
    """Let `count` approvals wait on a worker that did little before: a busy one would reuse its free memory."""
    await window(engine, Orders(), in_flight=10, lasts=WARM_UP)
    before, began = resident_mib(engine.worker_pid), time.perf_counter()
    async with asyncio.timeout(BOUND.total_seconds()):
        await _start(engine, count)
        await _until_all_wait(engine.client, count)
    grown = resident_mib(engine.worker_pid) - before
    return Parked(
        approvals=count,
        seconds=time.perf_counter() - began,
        worker_mib_before=before,
        worker_mib_grown=grown,
        worker_mib_per_1000=1000 * grown / count,
    )


async def _start(engine: Contender, count: int) -> None:
    async def some(part: int) -> None:
        for _ in range(part):
            await engine.start(large_order())

    await together(some(len(range(index, count, AT_ONCE))) for index in range(AT_ONCE))


async def _until_all_wait(client: Client, count: int) -> None:
    waiting = "SagaStatus = 'waiting_for_approval' AND ExecutionStatus = 'Running'"
    while True:
        if (await client.count_workflows(waiting)).count >= count:
            return
        await asyncio.sleep(POLL.total_seconds())
