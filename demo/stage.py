"""The process tree of the demo: a server with its Web UI, the stand-ins, and a worker as a process of its own.

All state is in one folder, so that a second start has the same links, and what was under way goes on.
"""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client

from demo.processes import ROOT, Child
from demo.stand_ins import StandIns
from runtime.dev_server import HOST, DevServer, free_port
from runtime.links import WebUi
from runtime.refusals import Refused

STATE = ROOT / "var" / "demo"


class Ports(NamedTuple):
    """First choices: where everybody looks for them, so that links stay valid and commands need no settings."""

    server: int = 7233
    web_ui: int = 8233
    stand_ins: int = 8090


FIRST_CHOICE = Ports()
FREE = Ports(0, 0, 0)

WORKER_SETTINGS = {
    "PAYMENTS_READ_TIMEOUT": "1s",  # the payment that times out keeps nobody waiting
    "WORKER_GRACE_PERIOD": "1s",
}


class AlreadyPlaying(Refused):
    """Another demo has the folder."""


@dataclass(frozen=True)
class Stage:
    """Everything is up."""

    client: Client
    stand_ins: StandIns
    worker: Child
    web_ui: WebUi
    task_queue: str


@dataclass(frozen=True)
class Plan:
    """What the stage is made of. Without an `executable` it is the server that the environment names."""

    connect: Callable[[], Awaitable[Client]]
    web_ui: WebUi
    task_queue: str
    downstreams: Sequence[str]
    executable: Path | None = None
    state: Path = STATE
    ports: Ports = FIRST_CHOICE


@asynccontextmanager
async def open_stage(plan: Plan) -> AsyncGenerator[Stage]:
    """Start what is needed, side by side; end it all, however the demo ends.

    Raises:
        AlreadyPlaying: another demo has the folder.
        Unreachable: a named server does not answer.
        ServerStartFailed: ours does not start.
        ProcessEnded: stand-ins or worker do not start.
    """
    plan.state.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        stack.enter_context(_alone_in(plan.state))
        server = _server(plan.executable, plan) if plan.executable else None
        stand_ins, services = _stand_ins(plan)
        worker = _worker(plan, stand_ins)
        stack.push_async_callback(stand_ins.close)
        if server:
            stack.push_async_callback(server.stop)
        stack.push_async_callback(services.stop)
        stack.push_async_callback(worker.stop)
        client = await _side_by_side(_reached(server, plan), services.start(), worker.start())
        ui = WebUi(str(server.ui_url)) if server else plan.web_ui
        yield Stage(client, stand_ins, worker, ui, plan.task_queue)


async def _reached(server: DevServer | None, plan: Plan) -> Client:
    if server:
        await server.start()
    return await plan.connect()


async def _side_by_side(
    reached: Coroutine[None, None, Client], *others: Coroutine[None, None, None]
) -> Client:
    """The client, when all the others are ready too; the first failure ends the others."""
    try:
        async with asyncio.TaskGroup() as starting:
            client = starting.create_task(reached)
            for other in others:
                starting.create_task(other)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return client.result()


def _server(executable: Path, plan: Plan) -> DevServer:
    """Ours; this process and its children speak to it, whatever else the environment says of a server."""
    server = DevServer(
        executable,
        db_file=plan.state / "temporal.db",
        port=_first_choice(plan.ports.server),
        ui_port=_first_choice(plan.ports.web_ui),
    )
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull
    os.environ["TEMPORAL_ADDRESS"] = server.address
    return server


def _stand_ins(plan: Plan) -> tuple[StandIns, Child]:
    port = _first_choice(plan.ports.stand_ins)
    arguments = ["-m", "services", "--port", str(port), "--db", str(plan.state / "stand-ins.db")]
    log = plan.state / "stand-ins.log"
    process = Child("stand-ins", arguments, ready="stand-ins listening on", log=log)
    return StandIns(f"http://{HOST}:{port}"), process


def _worker(plan: Plan, stand_ins: StandIns) -> Child:
    settings = {
        **stand_ins.environment(plan.downstreams),
        **WORKER_SETTINGS,
        "TASK_QUEUE": plan.task_queue,
        "HOSTS_FOLDER": str(plan.state / "stand-ins.hosts"),
        "DATABASE_URL": f"sqlite:///{plan.state}/stand-ins.hosts/inventory.db",
        "FILES_ROOT": str(plan.state / "stand-ins.hosts" / "folders"),
    }
    log = plan.state / "worker.log"
    return Child("worker", ["worker.py", "--with-private"], ready="worker ready", log=log, environ=settings)


def _first_choice(port: int) -> int:
    try:
        with socket.create_server((HOST, port)) as listener:
            free: int = listener.getsockname()[1]
    except OSError:
        return free_port()
    return free


@contextmanager
def _alone_in(state: Path) -> Generator[None]:
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyPlaying(f"A demo is running already in this checkout ({state}).") from None
        yield
