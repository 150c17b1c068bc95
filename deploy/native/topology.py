"""The parts of docker-compose.yml as processes of this machine: started in the same order, ended in reverse."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from deploy.native.postgres import Postgres
from deploy.native.process import Process, free_ports
from deploy.native.readiness import HOST, answers, says
from deploy.native.temporal import TemporalServer, search_path, web_ui
from runtime.progress import Progress
from settings import DOWNSTREAMS

ROOT = Path(__file__).parents[2]
WORKERS = 2
WORKER_SETTINGS = {"WORKER_GRACE_PERIOD": "1s"}  # nothing is under way when they are told to stop


@dataclass(frozen=True)
class Programs:
    """Folders: of PostgreSQL's programs, of those that we built, and of the Temporal CLI."""

    postgres: Path
    built: Path
    cli: Path


@dataclass(frozen=True)
class Topology:
    """Everything is up; `seconds` says how long each part took."""

    server: TemporalServer
    workers: tuple[Process, ...]
    stand_ins_url: str
    environ: Mapping[str, str]
    """For whatever is to speak with this server: `starter.py`, a client."""
    seconds: Mapping[str, float]


class Part(NamedTuple):
    name: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]] | None = None


@asynccontextmanager
async def open_topology(
    programs: Programs, folder: Path, *, task_queue: str, progress: Progress
) -> AsyncGenerator[Topology]:
    """Raises ProcessFailed."""
    next_port = free_ports()
    path = search_path(programs.built, programs.cli)
    postgres = Postgres(programs.postgres, folder, next_port())
    server = TemporalServer(folder, path=path, database=postgres.environment(), next_port=next_port)
    ui = web_ui(folder, programs=programs.built, server=server.address, port=next_port())
    services, url = _stand_ins(folder, next_port())
    environ = _environment(server.address, url, task_queue)
    workers = tuple(_worker(number, folder, environ) for number in range(1, WORKERS + 1))
    parts = (
        Part("PostgreSQL", postgres.start, postgres.stop),
        Part("schema", server.set_up_schema),
        Part("Temporal server", server.start, server.stop),
        Part("namespace", server.create_namespace),
        Part("Web UI", ui.start, ui.stop),
        Part("stand-ins", services.start, services.stop),
        Part("workers", _all(worker.start for worker in workers), _all(worker.stop for worker in workers)),
    )
    async with AsyncExitStack() as stack:
        seconds = await _start(parts, stack, progress)
        yield Topology(server, workers, url, environ, seconds)


async def _start(parts: tuple[Part, ...], stack: AsyncExitStack, progress: Progress) -> Mapping[str, float]:
    seconds: dict[str, float] = {}
    for part in parts:
        if part.stop:
            stack.push_async_callback(part.stop)
        started = time.monotonic()
        await part.start()
        seconds[part.name] = round(time.monotonic() - started, 2)
        progress.say(f"  {part.name}: {seconds[part.name]} s")
    return seconds


def _all(actions: Iterable[Callable[[], Awaitable[None]]]) -> Callable[[], Awaitable[None]]:
    """Does them at the same time."""
    wanted = list(actions)

    async def together() -> None:
        await asyncio.gather(*(action() for action in wanted))

    return together


def _stand_ins(folder: Path, port: int) -> tuple[Process, str]:
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "services", "--port", str(port), "--db", str(folder / "stand-ins.db")]
    process = Process(
        "The stand-ins",
        command,
        log=folder / "stand-ins.log",
        environ={"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        ready=answers(f"{url}/_health"),
    )
    return process, url


def _environment(address: str, stand_ins: str, task_queue: str) -> dict[str, str]:
    urls = {f"{name.upper()}_URL": f"{stand_ins}/{name}" for name in DOWNSTREAMS}
    return {**urls, **WORKER_SETTINGS, "TEMPORAL_ADDRESS": address, "TASK_QUEUE": task_queue}


def _worker(number: int, folder: Path, environ: Mapping[str, str]) -> Process:
    log = folder / f"worker-{number}.log"
    return Process(
        f"Worker {number}",
        [sys.executable, str(ROOT / "worker.py")],
        log=log,
        environ=environ,
        ready=says("worker ready", log),
    )
