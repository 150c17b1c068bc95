"""A child process that cannot outlive the demo: its output goes to a log, and Ctrl-C does not reach it directly."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from runtime.leash import die_with_parent
from runtime.toolchain import last_words

ROOT = Path(__file__).parents[1]
STOP_BOUND = timedelta(seconds=5)
POLL = timedelta(milliseconds=20)


class ProcessEnded(Exception):
    """A process that the demo needs has ended by itself; the message has its last words."""


class Child:
    """One Python program of this checkout, from `start` to `stop` or `kill`; it can be started again."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        ready: str,
        log: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`ready` is how the line begins that says that it serves."""
        self.name = name
        self.log = log
        self._ready = ready
        self._arguments = arguments
        self._environ = environ or {}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last; 0 before the first start."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Returns when it serves. Raises ProcessEnded."""
        with self.log.open("ab") as log:
            begin = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *die_with_parent([sys.executable, *self._arguments]),
                cwd=ROOT,
                env={**os.environ, **self._environ},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the demo has work to finish before its processes end
            )
        while not self._is_ready(begin):  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(POLL.total_seconds())

    def _is_ready(self, begin: int) -> bool:
        said = self.log.read_bytes()[begin:].decode(errors="replace")
        if any(line.startswith(self._ready) for line in said.splitlines()):
            return True
        if self._process is None or self._process.returncode is not None:
            raise ProcessEnded(f"Could not start the {self.name}: {last_words(self.log)}")
        return False

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if that takes too long."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_BOUND.total_seconds()):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
