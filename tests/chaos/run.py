"""Runs the orders of a plan on a real server, with two workers, while things go wrong."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from random import Random
from time import monotonic
from typing import NamedTuple, TypeVar

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.dev_server import DevServer
from runtime.server import find_executable
from saga import SagaPlugin, register
from tests.chaos import verdict
from tests.chaos.crashes import Crashes
from tests.chaos.people import People
from tests.chaos.plan import PlannedOrder, draw
from tests.crash.orders import Handle, order, start
from tests.endings import end_of
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

T = TypeVar("T")

TASK_QUEUE = "chaos"
IN_FLIGHT = 20
WORKERS = 2
PATIENCE = 240.0
"""Seconds after which an order that has not ended counts as stuck."""


class Stage(NamedTuple):
    server: DevServer
    client: Client
    stand_ins: StandIns
    workers: list[WorkerProcess]


async def chaos(count: int, seed: int) -> verdict.Verdict:
    """`count` orders; what is drawn depends on `seed` alone, what meets what also on the machine."""
    random, began = Random(seed), monotonic()  # noqa: S311 - a game of chance, not a secret
    plan = {f"order-{planned.order_id}": planned for planned in draw(random, count)}
    async with _stage() as stage:
        people, crashes = People(stage.client, plan), Crashes(random, stage.server, stage.workers)
        around = [asyncio.create_task(people.busy()), asyncio.create_task(crashes.go_on())]
        ends = await _all_orders(plan, stage)
        for task in around:
            task.cancel()
        await asyncio.wait(around)
        effects = await stage.stand_ins.effects()
    return verdict.Verdict(
        seed=seed,
        orders=count,
        ends=dict(Counter(ends.values())),
        killed=dict(crashes.killed),
        faults=sum(len(planned.faults) for planned in plan.values()),
        decisions=people.decisions,
        incidents_retried=people.retries,
        seconds=round(monotonic() - began, 1),
        stuck=[order_id for order_id, end in ends.items() if end == "stuck"],
        unowned=verdict.unowned(effects, ends),
        duplicates=verdict.duplicates(effects),
        missing=verdict.missing(effects, ends),
    )


@asynccontextmanager
async def _stage() -> AsyncGenerator[Stage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        stand_ins = await stack.enter_async_context(StandIns(folder / "stand-ins.db"))
        cli = await asyncio.to_thread(find_executable)
        server = await stack.enter_async_context(DevServer(cli.path, db_file=folder / "temporal.db"))
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        await register(client)
        quick = {f"{name.removesuffix('_URL')}_READ_TIMEOUT": "1" for name in stand_ins.environment()}
        address = {"TEMPORAL_ADDRESS": server.address, "TASK_QUEUE": TASK_QUEUE}
        environment = {**stand_ins.environment(), **quick, **address}
        workers = [WorkerProcess(environment, log=folder / f"worker-{n}.log") for n in range(WORKERS)]
        for worker in workers:
            await stack.enter_async_context(worker)
        yield Stage(server, client, stand_ins, workers)


async def _all_orders(plan: dict[str, PlannedOrder], stage: Stage) -> dict[str, str]:
    places = asyncio.Semaphore(IN_FLIGHT)

    async def one(order_id: str, planned: PlannedOrder) -> tuple[str, str]:
        async with places:
            return order_id, await _one_order(planned, stage)

    return dict(await asyncio.gather(*(one(order_id, planned) for order_id, planned in plan.items())))


async def _one_order(planned: PlannedOrder, stage: Stage) -> str:
    for fault in planned.faults:
        match = {} if fault.order_id is None else {"order_id": fault.order_id}
        await stage.stand_ins.faults.add(
            fault.operation,
            fault.kind,
            times=fault.times,
            match=match,
            seconds=fault.seconds,
            problem=fault.problem,
        )
    try:
        async with asyncio.timeout(PATIENCE):
            handle = await _started(planned, stage.client)
            if planned.person == "cancel":
                await _cancelled(handle)
            return await _insisting(lambda: end_of(handle))
    except TimeoutError:
        return "stuck"


async def _started(planned: PlannedOrder, client: Client) -> Handle:
    placed = order(planned.order_id, country=planned.country, quantity=planned.quantity)
    placed = placed.model_copy(update={"payment_method": planned.payment_method})
    return await _insisting(lambda: start(client, placed, TASK_QUEUE))


async def _insisting(action: Callable[[], Awaitable[T]]) -> T:
    """What `action` answers, asked again while the server is down; an order that has ended needs no cancel."""
    while True:
        try:
            return await action()
        except RPCError as error:
            if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                raise
            await asyncio.sleep(0.2)


async def _cancelled(handle: Handle) -> None:
    with suppress(RPCError):
        await _insisting(handle.cancel)
