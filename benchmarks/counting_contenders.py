"""Counting as a document and in Python, each with a worker of its own on one server."""

import dataclasses
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.converter import DataConverter

from arazzo.compiling import compile_plan
from arazzo.plan import Plan
from arazzo.run_input import RunInput
from arazzo.type_names import type_of
from benchmarks.contenders import Arena
from benchmarks.counting import Counting
from benchmarks.counting_documents import SOURCE, WORKFLOW, write_documents
from benchmarks.counting_worker import READY
from runtime.core import core_runtime
from runtime.documents import read_documents
from runtime.payload_store import payload_storage
from saga import SagaPlugin, register

DOCUMENT, PYTHON = "document", "Python"

Handle = WorkflowHandle[Any, Any]


@dataclass(frozen=True)
class Shape:
    """So many steps; in a loop it is one step so many times."""

    steps: int
    loop: bool = False
    runs: int = 1
    """In one round."""

    def __str__(self) -> str:
        return f"a loop of {self.steps:,}" if self.loop else f"{self.steps:,} steps"


@dataclass(frozen=True)
class Contender:
    name: str
    client: Client
    start: Callable[[Shape, str], Awaitable[Handle]]
    worker_pid: int
    server_pid: int


async def contenders(arena: Arena, folder: Path, shapes: Sequence[Shape]) -> tuple[Contender, Contender]:
    """Plans of thousands of steps go by reference: both have a store for large payloads."""
    store = folder / "payloads"
    store.mkdir()
    client = await _client(arena.address, store)
    environment = {"PAYLOAD_STORE": str(store)}
    return await _document(arena, client, folder, shapes, environment), await _python(
        arena, client, environment
    )


async def _client(address: str, store: Path) -> Client:
    converter = dataclasses.replace(DataConverter.default, external_storage=payload_storage(store))
    client = await Client.connect(
        address, data_converter=converter, plugins=[SagaPlugin()], runtime=core_runtime()
    )
    await register(client)
    return client


async def _document(
    arena: Arena, client: Client, folder: Path, shapes: Sequence[Shape], environment: Mapping[str, str]
) -> Contender:
    """On worker.py, as it is. Plans are made before anything is measured: a program does so once."""
    plans = {(shape.steps, shape.loop): _plan(folder / "documents", shape) for shape in shapes}
    host = arena.downstream_url.removeprefix("http://")
    ours = await arena.at_work(environment={**environment, "ARAZZO_ALLOWED_HOSTS": host})

    async def start(shape: Shape, name: str) -> Handle:
        plan = plans[shape.steps, shape.loop]
        request = RunInput(plan=plan, servers={SOURCE: f"{arena.downstream_url}/{SOURCE}"})
        return await client.start_workflow(
            type_of(plan.root), request, id=name, task_queue=ours.task_queue, result_type=dict
        )

    return Contender(DOCUMENT, client, start, ours.worker_pid, ours.server_pid)


def _plan(folder: Path, shape: Shape) -> Plan:
    bundle = read_documents(write_documents(folder, steps=shape.steps, loop=shape.loop))
    return compile_plan(bundle.documents, bundle.root, WORKFLOW)


async def _python(arena: Arena, client: Client, environment: Mapping[str, str]) -> Contender:
    queue = f"benchmark-{uuid.uuid4()}"
    words = [sys.executable, "-m", "benchmarks.counting_worker", "--task-queue", queue]
    worker = await arena.child(
        "counting",
        [*words[1:], "--counter", f"{arena.downstream_url}/{SOURCE}"],
        ready=READY,
        environment={**environment, "TEMPORAL_ADDRESS": arena.address},
    )

    async def start(shape: Shape, name: str) -> Handle:
        request = Counting(steps=shape.steps, loop=shape.loop)
        return await client.start_workflow("counting", request, id=name, task_queue=queue, result_type=dict)

    return Contender(PYTHON, client, start, worker.pid, arena.server_pid)
