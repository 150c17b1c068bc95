"""Runs a program as a process that can be ended kindly or with SIGKILL, and that cannot outlive its parent."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

from runtime.leash import die_with_parent
from runtime.toolchain import last_words

START_BOUND = timedelta(seconds=40)
STOP_BOUND = timedelta(seconds=30)
POLL = timedelta(milliseconds=20)


class ProgramEnded(Exception):
    """It ended before it was ready, or was not ready in time; the message has its last words."""


class Program:
    """`async with` starts and ends it; `kill()` is SIGKILL, after which `start()` runs it anew."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        ready: str,
        log: Path,
        environment: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        """`ready` is part of the line by which it says that it serves; `environment` is all that it gets.

        What it writes to standard error is added to `log`, the rest to a file beside it.
        """
        self._command = die_with_parent(command)
        self._ready = ready
        self._environment = environment
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._said = log.with_name(f"{log.name}.out")
        self.log = log

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> str:
        """Returns when it serves, with the line that says so. Raises ProgramEnded."""
        begins = [_size(file) for file in (self._said, self.log)]
        with self._said.open("ab") as said, self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._folder,
                env=dict(self._environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the parent, which ends it in order
            )
        try:
            async with asyncio.timeout(START_BOUND.total_seconds()):
                return await self._until_ready(self._process, begins)
        except TimeoutError:
            await self.kill()
            raise ProgramEnded(f"not ready in {START_BOUND}: {last_words(self.log)}") from None

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> int | None:
        """SIGTERM, and SIGKILL if that takes too long; the exit status, or None where it has ended already."""
        if self._process is None or self._process.returncode is not None:
            return None
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_BOUND.total_seconds()):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            return self._process.returncode

    async def _until_ready(self, process: asyncio.subprocess.Process, begins: Sequence[int]) -> str:
        while True:
            for file, begin in zip((self._said, self.log), begins, strict=True):
                lines = file.read_bytes()[begin:].decode(errors="replace").splitlines()
                if found := [line for line in lines if self._ready in line]:
                    return found[0]
            if process.returncode is not None:
                raise ProgramEnded(f"ended with {process.returncode}: {last_words(self.log)}")
            await asyncio.sleep(POLL.total_seconds())


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def inherited(**changes: str) -> dict[str, str]:
    """This process's environment with `changes`, and without what it says of another Temporal server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    return {**kept, "TEMPORAL_CONFIG_FILE": os.devnull, **changes}
