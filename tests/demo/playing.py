"""Runs `starter.py demo` as a process, and knows the processes that it has started."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
PATIENCE = timedelta(seconds=60)
PROGRAMS = {"server", "services", "worker.py"}
"""A word of the command line of each process that the demo starts."""


@dataclass
class Playing:
    """A demo that runs on free ports."""

    process: asyncio.subprocess.Process
    children: list[psutil.Process] = field(default_factory=list[psutil.Process])

    async def until_up(self) -> None:
        """Returns when server, stand-ins and worker exist."""
        self.children = await eventually(self._children, lambda found: len(found) == len(PROGRAMS))

    async def _children(self) -> list[psutil.Process]:
        """Those that have become their programs."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if PROGRAMS & set(_words(child))]

    async def until_gone(self) -> list[psutil.Process]:
        """The children that are still there some seconds after the demo has ended."""
        await asyncio.wait_for(self.process.wait(), PATIENCE.total_seconds())
        _, alive = await asyncio.to_thread(psutil.wait_procs, self.children, timeout=10)
        return alive


def _words(process: psutil.Process) -> Sequence[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@asynccontextmanager
async def playing(folder: Path, *arguments: str, terminal: int | None = None) -> AsyncGenerator[Playing]:
    """A demo in a folder of its own; `terminal` is the file descriptor of one, else there is none."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "starter.py", "demo", "--folder", str(folder), *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL if terminal is None else terminal,
        stdout=asyncio.subprocess.PIPE if terminal is None else terminal,
        stderr=asyncio.subprocess.PIPE if terminal is None else terminal,
        start_new_session=True,
    )
    try:
        yield Playing(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
