"""The three that are compared, each with its server, its worker as a process of its own, and how it is started."""

import sys
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks.downstream import READY as DOWNSTREAM_READY
from benchmarks.hand_written_worker import READY as HAND_WRITTEN_READY
from benchmarks.processes import ROOT, Child
from benchmarks.servers import StockServer
from catalogue import CATALOGUE
from models.order import Order
from runtime.core import core_runtime
from runtime.dev_server import HOST, DevServer, free_port
from runtime.identity import Actor
from runtime.starting import FlowStarter
from saga import SagaPlugin, register
from services.catalogue import SERVICES

ENGINE, BARE, NAIVE = "engine", "bare", "naive"
DESCRIPTIONS: Mapping[str, str] = {
    BARE: "hand-written workflow and plain activities; our HTTP transport, worker settings and server settings",
    ENGINE: "the order flow of this project, on worker.py and its server as they are",
    NAIVE: "the hand-written workflow; an HTTP client per call, worker and server with every default",
}

_ENGINE_READY = "worker ready"
_STARTER = Actor(by="benchmark")

Handle = WorkflowHandle[Any, Any]
Start = Callable[[Order], Awaitable[Handle]]


@dataclass(frozen=True)
class Contender:
    name: str
    client: Client
    start: Start
    worker_pid: int
    server_pid: int


@dataclass(frozen=True)
class AtWork:
    """A worker of ours and its server."""

    client: Client
    task_queue: str
    worker_pid: int
    server_pid: int


class Arena:
    """What the contenders share: the downstream, our server, and a folder."""

    def __init__(
        self, executable: Path, folder: Path, ends: AsyncExitStack, *, downstream: Child, ours: DevServer
    ) -> None:
        self.downstream_url = downstream.line.split()[-1]
        self._executable = executable
        self._folder = folder
        self._ends = ends
        self._ours = ours

    async def contenders(self) -> list[Contender]:
        """Bare and engine on one server, the naive one on a stock server: in the order in which they take turns."""
        stock = await self._ends.enter_async_context(
            StockServer(self._executable, db_file=self._folder / "stock" / "temporal.db")
        )
        return [
            await self._hand_written(BARE, self._ours),
            await self.engine(),
            await self._hand_written(NAIVE, stock, "--naive"),
        ]

    async def engine(self) -> Contender:
        """A new worker of ours, on a task queue of its own."""
        ours = await self.at_work()
        return Contender(
            ENGINE, ours.client, _flow(ours.client, ours.task_queue), ours.worker_pid, ours.server_pid
        )

    @property
    def address(self) -> str:
        """Of our server."""
        return self._ours.address

    @property
    def server_pid(self) -> int:
        return _running(self._ours)

    async def at_work(
        self, *, down: Collection[str] = (), environment: Mapping[str, str] | None = None
    ) -> AtWork:
        """A new worker of ours, for which nobody listens at the addresses of the services that are `down`."""
        client = await Client.connect(self.address, plugins=[SagaPlugin()], runtime=core_runtime())
        await register(client)
        queue = _task_queue()
        nobody = f"http://{HOST}:{free_port()}"
        worker = await self.child(
            f"{ENGINE}-{queue}",
            [str(ROOT / "worker.py")],
            ready=_ENGINE_READY,
            environment={
                "TEMPORAL_ADDRESS": self.address,
                "TASK_QUEUE": queue,
                **{
                    f"{s.name.upper()}_URL": f"{nobody if s.name in down else self.downstream_url}/{s.name}"
                    for s in SERVICES
                },
                **(environment or {}),
            },
        )
        return AtWork(client, queue, worker.pid, self.server_pid)

    async def _hand_written(self, name: str, server: DevServer, *how: str) -> Contender:
        client = await Client.connect(
            server.address, data_converter=pydantic_data_converter, runtime=core_runtime()
        )
        queue = _task_queue()
        where = ("--address", server.address, "--task-queue", queue, "--downstream", self.downstream_url)
        worker = await self.child(
            name, ["-m", "benchmarks.hand_written_worker", *where, *how], ready=HAND_WRITTEN_READY
        )
        return Contender(name, client, _workflow(client, queue), worker.pid, _running(server))

    async def child(
        self, name: str, words: list[str], *, ready: str, environment: Mapping[str, str] | None = None
    ) -> Child:
        """A program in Python that ends with the arena."""
        child = Child(
            [sys.executable, *words], ready=ready, folder=self._folder / name, environment=environment or {}
        )
        return await self._ends.enter_async_context(child)


@asynccontextmanager
async def open_arena(executable: Path, folder: Path) -> AsyncGenerator[Arena]:
    """Ends all processes that were started in it, newest first."""
    async with AsyncExitStack() as ends:
        command = [sys.executable, "-m", "benchmarks.downstream"]
        child = Child(command, ready=DOWNSTREAM_READY, folder=folder / "downstream", environment={})
        downstream = await ends.enter_async_context(child)
        ours = await ends.enter_async_context(DevServer(executable, db_file=folder / "ours" / "temporal.db"))
        yield Arena(executable, folder, ends, downstream=downstream, ours=ours)


def _flow(client: Client, task_queue: str) -> Start:
    flow = CATALOGUE["order"]
    starter = FlowStarter(client, task_queue=task_queue)

    async def start(order: Order) -> Handle:
        return (await starter.start(flow, order, by=_STARTER, again=False)).handle

    return start


def _workflow(client: Client, task_queue: str) -> Start:
    async def start(order: Order) -> Handle:
        name = f"bare-{order.order_id}"
        return await client.start_workflow("bare-order", order, id=name, task_queue=task_queue)

    return start


def _running(server: DevServer) -> int:
    assert server.pid
    return server.pid


def _task_queue() -> str:
    return f"benchmark-{uuid.uuid4()}"
