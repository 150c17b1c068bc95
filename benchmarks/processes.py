"""Child processes: started with a ready line, ended with this one, and asked what CPU and memory they take."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from runtime.leash import die_with_parent

ROOT = Path(__file__).parents[1]
START_BOUND = timedelta(seconds=40)
STOP_BOUND = timedelta(seconds=15)
MIB = 1024 * 1024


class ChildFailed(Exception):
    """A process did not come up; the message has the end of its log."""


class Child:
    """One process, from `async with` on. It cannot outlive this one."""

    def __init__(
        self, command: Sequence[str], *, ready: str, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.line = ""
        """What it said when it was ready."""
        self._command = command
        self._ready = ready
        self._folder = folder
        self._environment = {**_inherited(), "PYTHONPYCACHEPREFIX": str(folder / "compiled"), **environment}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *die_with_parent(self._command),
                cwd=self._folder,  # where no .env is
                env=self._environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends this process, which ends its children
            )
        try:
            async with asyncio.timeout(START_BOUND.total_seconds()):
                await self._until_ready(self._process)
        except BaseException:
            await self._kill()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_BOUND.total_seconds()):
                await self._process.communicate()
        except TimeoutError:
            await self._kill()

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        while line := (await process.stdout.readline()).decode():
            if line.startswith(self._ready):
                self.line = line.strip()
                return
        log = (self._folder / "log").read_text(errors="replace")
        raise ChildFailed(f"{' '.join(self._command)} ended with {await process.wait()}: {log[-2000:]}")

    async def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()


def _inherited() -> dict[str, str]:
    """Our environment without what would turn telemetry on, or set the worker otherwise than by default.

    Python may keep what it has compiled: else the sandbox compiles the workflow's module anew for each saga.
    """
    ours = ("OTEL_", "WORKER_", "TEMPORAL_", "LOG_LEVEL", "TASK_QUEUE", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "PYTHONPATH": str(ROOT)}


def cpu_seconds(pid: int) -> float:
    """User and system time of the process since it started."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def resident_mib(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss / MIB)
