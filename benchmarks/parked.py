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
WARM_IN_FLIGHT = 10
AT_ONCE = 50
STARTING_BOUND = timedelta(seconds=45)
"""After so long no further one is started."""
WAITING_BOUND = timedelta(seconds=120)
POLL = timedelta(milliseconds=200)


async def park(engine: Contender, count: int) -> Parked:
    """Let `count` approvals wait, or as many as there is time for.

    On a worker that did little before: a busy one would reuse its free memory.
    """
    await window(engine, Orders(), in_flight=WARM_IN_FLIGHT, lasts=WARM_UP)
    before, began = resident_mib(engine.worker_pid), time.perf_counter()
    started = await _start(engine, count, until=began + STARTING_BOUND.total_seconds())
    async with asyncio.timeout(WAITING_BOUND.total_seconds()):
        await _until_all_wait(engine.client, started)
    grown = resident_mib(engine.worker_pid) - before
    return Parked(
        approvals=started,
        seconds=time.perf_counter() - began,
        worker_mib_before=before,
        worker_mib_grown=grown,
        worker_mib_per_1000=1000 * grown / started,
    )


async def _start(engine: Contender, count: int, *, until: float) -> int:
    left, started = iter(range(count)), 0

    async def some() -> None:
        nonlocal started
        for _ in left:
            await engine.start(large_order())
            started += 1
            if time.perf_counter() > until:
                return

    await together(some() for _ in range(AT_ONCE))
    return started


async def _until_all_wait(client: Client, count: int) -> None:
    waiting = "SagaStatus = 'waiting_for_approval' AND ExecutionStatus = 'Running'"
    while True:
        if (await client.count_workflows(waiting)).count >= count:
            return
        await asyncio.sleep(POLL.total_seconds())
