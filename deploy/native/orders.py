"""Puts orders through the topology, and kills the server and a worker under them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from catalogue import CATALOGUE
from deploy.native.command_line import starter
from deploy.native.stand_ins import StandIns, stand_ins_at
from deploy.native.topology import ROOT, Topology
from models.order import Order
from runtime.client import connect
from runtime.identity import actor
from runtime.progress import Progress
from runtime.starting import FlowStarter
from runtime.status import flow_view
from saga.status import FlowState
from saga.step import root_cause
from services.backstage.ledger import Effect

EXAMPLE = Order.model_validate_json((ROOT / "examples" / "order.json").read_text())
BY_COMMAND_LINE = 3
"""So many are started as a person would; a process for each takes its time."""
LARGE = 10
"""Each so-many-th order is large, and waits for a person until the server has been away."""
SLOW = {"createShipment": "shipping", "capturePayment": "payments"}
SLOWNESS = timedelta(seconds=1)
"""Calls that take their time, so that there is always one to be killed in."""
PATIENCE = timedelta(minutes=3)
POLL = timedelta(milliseconds=200)
WHO = "check-topology"
AWAY = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}

Action = Callable[[], Awaitable[None]]


class Kill(BaseModel):
    """How much was under way at the moment."""

    model_config = ConfigDict(frozen=True)

    what: str
    orders: int
    calls: int


class Course(BaseModel):
    """What happened. `ends` has, by workflow id, `completed` or what the flow failed with."""

    model_config = ConfigDict(frozen=True)

    ends: Mapping[str, str]
    effects: tuple[Effect, ...]
    kills: tuple[Kill, ...]
    seconds: Mapping[str, float]


def order(number: int) -> Order:
    items = tuple(
        item.model_copy(update={"quantity": 100 if is_large(number) else 1}) for item in EXAMPLE.items
    )
    return EXAMPLE.model_copy(update={"order_id": f"T-{number:04}", "items": items})


def is_large(number: int) -> bool:
    return number % LARGE == 0


async def run_orders(topology: Topology, count: int, *, task_queue: str, progress: Progress) -> Course:
    """Raises CommandFailed, ProcessFailed, TimeoutError, Refused and Unreachable."""
    client = await connect(WHO, prepare=True)
    async with stand_ins_at(topology.stand_ins_url) as stand_ins:
        run = _Run(topology, client, stand_ins, progress)
        try:
            await run.start(count, task_queue)
            return await run.under_fire(count)
        finally:
            await run.leave()


class _Run:
    def __init__(self, topology: Topology, client: Client, stand_ins: StandIns, progress: Progress) -> None:
        self._topology = topology
        self._client = client
        self._stand_ins = stand_ins
        self._progress = progress
        self._ends: dict[str, asyncio.Task[str]] = {}
        self._kills: list[Kill] = []
        self._seconds: dict[str, float] = {}

    async def start(self, count: int, task_queue: str) -> None:
        for operation, service in SLOW.items():
            await self._stand_ins.slow_down(service, operation, by=SLOWNESS)
        with self._timed("all orders started"):
            for number in range(1, count + 1):
                self._await(await self._placed(number, task_queue))

    async def _placed(self, number: int, task_queue: str) -> WorkflowHandle[Any, Any]:
        if number <= BY_COMMAND_LINE:
            given = order(number).model_dump_json()
            answer = await starter("start", "order", "--input", "-", given=given)
            return self._client.get_workflow_handle(str(answer["id"]))
        starting = FlowStarter(self._client, task_queue=task_queue)
        return (await starting.start(CATALOGUE["order"], order(number), by=actor(WHO), again=False)).handle

    def _await(self, handle: WorkflowHandle[Any, Any]) -> None:
        self._ends[handle.id] = asyncio.create_task(_end_of(handle))

    async def under_fire(self, count: int) -> Course:
        """The server is killed while shipments are made, a worker while payments are captured."""
        server, worker = self._topology.server, self._topology.workers[0]
        some = max(1, count // 4)
        await self._stand_ins.until_answered("createShipment", some)
        with self._timed("all orders ended, from the kill of the server on"):
            await self._killed_in("createShipment", "server", server.kill, server.start)
            await self._stand_ins.until_answered("capturePayment", some)
            await self._killed_in("capturePayment", "worker", worker.kill, worker.start)
            await self._approve(count)
            async with asyncio.timeout(PATIENCE.total_seconds()):
                ends = {flow: await end for flow, end in self._ends.items()}
        effects = tuple(await self._stand_ins.effects())
        return Course(ends=ends, effects=effects, kills=tuple(self._kills), seconds=self._seconds)

    async def leave(self) -> None:
        """Nothing waits for the server any more."""
        for end in self._ends.values():
            end.cancel()
        await asyncio.gather(*self._ends.values(), return_exceptions=True)

    async def _killed_in(self, operation: str, what: str, kill: Action, start: Action) -> None:
        calls = await self._stand_ins.until_under_way(operation)
        orders = sum(not end.done() for end in self._ends.values())
        with self._timed(f"{what} back"):
            await kill()
            await start()
        self._kills.append(Kill(what=what, orders=orders, calls=calls))

    async def _approve(self, count: int) -> None:
        for number in filter(is_large, range(1, count + 1)):
            flow = f"order-{order(number).order_id}"
            await self._until_waiting(flow)
            await starter("approve", flow, "--by", WHO)

    async def _until_waiting(self, flow: str) -> None:
        """What the killed worker was about to do, the other one does after a while."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                if (await flow_view(self._client, flow)).status is FlowState.WAITING_FOR_APPROVAL:
                    return
                await asyncio.sleep(POLL.total_seconds())

    @contextmanager
    def _timed(self, what: str) -> Generator[None]:
        begun = time.monotonic()
        yield
        self._seconds[what] = round(time.monotonic() - begun, 2)
        self._progress.say(f"  {what}: {self._seconds[what]} s")


async def _end_of(handle: WorkflowHandle[Any, Any]) -> str:
    """The server may be away for a while."""
    while True:
        try:
            await handle.result()
        except WorkflowFailureError as failure:
            cause = root_cause(failure.cause)
            return str(getattr(cause, "type", None) or type(cause).__name__)
        except RPCError as error:
            if error.status not in AWAY:
                raise
            await asyncio.sleep(POLL.total_seconds())
        else:
            return "completed"
