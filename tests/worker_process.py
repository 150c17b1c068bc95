"""Runs `python worker.py` as users do, so that tests can end it, kindly or with SIGKILL."""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from runtime.leash import die_with_parent

ROOT = Path(__file__).parents[1]
READY = "worker ready"
START_DEADLINE = timedelta(seconds=40)


class WorkerProcess:
    """One worker; `async with` starts and ends it, `kill()` is SIGKILL, after which `start()` runs a new one.

    Its log is in `log`, which a failing test may show.
    """

    def __init__(self, environment: Mapping[str, str], *, log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None
        self.log = log

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Returns when it polls."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *die_with_parent([sys.executable, str(ROOT / "worker.py")]),
                cwd=ROOT,
                env=self._environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        async with asyncio.timeout(START_DEADLINE.total_seconds()):
            await self._until_ready(self._process)

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def stop(self) -> int | None:
        """SIGTERM; the exit status, or None where it has ended already."""
        if self._process is None or self._process.returncode is not None:
            return None
        self._process.terminate()
        await self._process.communicate()
        return self._process.returncode

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        while line := (await process.stdout.readline()).decode():
            if READY in line:
                return
        raise AssertionError(f"the worker ended with {await process.wait()}: {self.log.read_text()[-2000:]}")
