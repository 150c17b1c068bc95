"""A child process of the topology: its output goes to a log, and it cannot outlive this process."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from deploy.native.readiness import HOST, Ready
from runtime.leash import die_with_parent
from runtime.toolchain import last_words

START_BOUND = timedelta(seconds=60)
STOP_BOUND = timedelta(seconds=15)
POLL = timedelta(milliseconds=50)
BELOW_EPHEMERAL = range(20_000, 32_000)
"""Ports that no outgoing connection takes while a killed server is away."""


class ProcessFailed(Exception):
    """A part of the topology does not start, or has ended by itself; the message has its last words."""


class Process:
    """One program, from `start` to `stop` or `kill`; it can be started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environ: Mapping[str, str] | None = None,
        ready: Ready,
        leash: Callable[[Sequence[str | Path]], list[str]] = die_with_parent,
        farewell: signal.Signals = signal.SIGTERM,
    ) -> None:
        """`leash` puts in front of the command what ends it with this process; `farewell` asks it to end."""
        self.name = name
        self.log = log
        self._command = command
        self._environ = environ or {}
        self._ready = ready
        self._leash = leash
        self._farewell = farewell
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when it serves. Raises ProcessFailed."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._leash(self._command),
                cwd=self.log.parent,
                env={**os.environ, **self._environ},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches this process alone, which ends the others in order
            )
        try:
            async with asyncio.timeout(START_BOUND.total_seconds()):
                await self._until_ready(self._process)
        except TimeoutError:
            raise self._failed(f"does not serve after {START_BOUND.seconds} s") from None

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        while not await self._ready():
            if process.returncode is not None:
                raise self._failed(f"ended with {process.returncode}")
            await asyncio.sleep(POLL.total_seconds())

    def _failed(self, how: str) -> ProcessFailed:
        return ProcessFailed(f"{self.name} {how}: {last_words(self.log)}")

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """Asks it to end, and kills it if that takes too long."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(self._farewell)
        try:
            async with asyncio.timeout(STOP_BOUND.total_seconds()):
                await self._process.wait()
        except TimeoutError:
            await self.kill()


async def run_to_end(
    name: str, command: Sequence[str | Path], *, log: Path, environ: Mapping[str, str] | None = None
) -> None:
    """A job, like those of the compose topology. Raises ProcessFailed unless it ends with 0."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *die_with_parent(command),
            cwd=log.parent,
            env={**os.environ, **(environ or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status:
        raise ProcessFailed(f"{name} ended with {status}: {last_words(log)}")


def free_ports() -> Callable[[], int]:
    """Gives out ports of the loopback interface that nobody listens on, each one once."""
    candidates = iter(BELOW_EPHEMERAL)

    def next_free() -> int:
        for port in candidates:
            try:
                socket.create_server((HOST, port)).close()
            except OSError:
                continue
            return port
        raise ProcessFailed("no port is free")

    return next_free
