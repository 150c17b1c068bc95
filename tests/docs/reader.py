"""A reader who types what a page says, block by block, in terminals of one machine."""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from temporalio.client import Client

from runtime.dev_server import HOST, free_port
from runtime.leash import die_with_parent
from runtime.server import find_executable
from saga import FlowStatus, SagaPlugin
from settings import DOWNSTREAMS, PRIVATE_DOWNSTREAMS
from tests.docs.markdown import ROOT, Block, commands
from tests.endings import status_of
from tests.eventually import eventually

BOUND = timedelta(seconds=120)
SOURCES = ("shop", "subscriptions", "customers", "content", "support")
"""Of the example documents: wherever they say that these are, the reader has the services elsewhere."""
POLL = timedelta(milliseconds=50)
STARTED = re.compile(r"^(\S+) (?:started|has been sent the event)$", re.MULTILINE)
SEEN_FIRST: Mapping[str, Callable[[FlowStatus], bool]] = {
    r"name acknowledge": lambda flow: flow.waiting_for == "acknowledgement",
    r"inbox|approve": lambda flow: "approval:" in str(flow.waiting_for),
    r"stop_payment": lambda flow: "alarm:payment" in (flow.waiting_for or ""),
    r"approve|resolve|cancel|signal|terminate|incidents|(?<!schedule )list|count|replay": lambda flow: bool(
        flow.waiting_for
    ),
    r"activity pause": lambda flow: any(step.name == "create_shipment" for step in flow.steps),
}
"""What a person would have seen of the flow that was started last, before typing such a command."""


class Server(NamedTuple):
    """A program that goes on running: what it is told besides, lest tests meet, and how it says that it serves."""

    arguments: str
    ready: str


SERVERS = {
    "temporal server start-dev": Server("--headless --port {temporal}", "Server:"),
    "python -m services": Server("--port {services} --db {folder}/services.db", "stand-ins listening"),
    "python worker.py": Server("", "worker ready"),
    "python worker.py --private": Server("", "worker ready"),
    "python -m examples.trip.services": Server("{trips} {folder}/trips.db", "stand-ins listening"),
    "python -m examples.trip.worker": Server("", "trip worker ready"),
}


class Failed(AssertionError):
    """A command did not end as the page says."""


class Reader:
    """`async with Reader(tmp_path) as reader: await reader.follow(block)`. Leaves no process behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = {
            "folder": str(folder),
            **{name: str(free_port()) for name in ("temporal", "services", "trips")},
        }
        self.services_url = f"http://{HOST}:{self._names['services']}"
        self.trips_url = f"http://{HOST}:{self._names['trips']}"
        self.temporal = f"{HOST}:{self._names['temporal']}"
        self._environment = self._settings()
        self._started: list[str] = []
        self._running: list[asyncio.subprocess.Process] = []
        self.said: dict[str, str] = {}
        """What each command printed."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def follow(self, block: Block) -> None:
        """Type each command of the block. `sh serves` goes on running; all others have to end well."""
        for command in commands(block):
            if "serves" in block.words:
                await self._serve(command)
            else:
                await self._type(command, fails="fails" in block.words)

    async def _serve(self, command: str) -> None:
        server = SERVERS[command]
        words = f"{command} {server.arguments.format(**self._names)}".split()
        log = self._folder / f"{len(self._running)}.log"
        process = await self._start(words, log)
        async with asyncio.timeout(BOUND.total_seconds()):
            while server.ready not in log.read_text():
                if process.returncode is not None:
                    raise Failed(f"{command} ended with {process.returncode}: {log.read_text()}")
                await asyncio.sleep(POLL.total_seconds())

    async def _start(self, words: list[str], log: Path) -> asyncio.subprocess.Process:
        program = {"python": sys.executable, "temporal": str(find_executable().path)}[words[0]]
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *die_with_parent([program, *words[1:]]),
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
            )
        self._running.append(process)
        return process

    async def _type(self, command: str, *, fails: bool) -> None:
        await self._see_first(command)
        here = command.replace(f"{HOST}:8090", f"{HOST}:{self._names['services']}")
        here = here.replace(f"{HOST}:8091", f"{HOST}:{self._names['trips']}")
        process = await asyncio.create_subprocess_exec(
            *die_with_parent(["/bin/bash", "-euc", here]),
            cwd=ROOT,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(BOUND.total_seconds()):
            said, _ = await process.communicate()
        self.said[command] = said.decode()
        self._started = [*self._started, *STARTED.findall(said.decode())]
        if (process.returncode != 0) is not fails:
            raise Failed(f"{command} ended with {process.returncode}: {said.decode()}")

    async def _see_first(self, command: str) -> None:
        seen = [look for pattern, look in SEEN_FIRST.items() if re.search(pattern, command)]
        if seen and self._started:
            client = await Client.connect(self.temporal, plugins=[SagaPlugin()])
            handle = client.get_workflow_handle(self._started[-1])
            await eventually(lambda: status_of(handle), seen[0])

    def _settings(self) -> Mapping[str, str]:
        """That lead each program to the others' ports, where a reader needs none."""
        programs = [Path(sys.executable).parent, find_executable().path.parent]
        return {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
            "COLUMNS": "100",
            "TEMPORAL_ADDRESS": self.temporal,
            "TRIP_SERVICES_URL": self.trips_url,
            "HOSTS_FOLDER": f"{self._folder}/services.hosts",
            "DATABASE_URL": f"sqlite:///{self._folder}/services.hosts/inventory.db",
            "FILES_ROOT": f"{self._folder}/services.hosts/folders",
            "ARAZZO_ALLOWED_HOSTS": f"{HOST}:{self._names['services']}",
            "ARAZZO_SERVERS": " ".join(f"{name}={self.services_url}" for name in SOURCES),
            **{
                f"{name.upper()}_URL": f"{self.services_url}/{name}"
                for name in (*DOWNSTREAMS, *PRIVATE_DOWNSTREAMS)
            },
        }
