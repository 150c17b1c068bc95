"""Runs `python worker.py` without waiting until it is ready, and reads what it says on its way."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from datetime import timedelta

from runtime.leash import die_with_parent
from tests.worker_process import ROOT

BOUND = timedelta(seconds=60)


async def spawn(environment: Mapping[str, str], *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *die_with_parent([sys.executable, str(ROOT / "worker.py"), *arguments]),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=PIPE,
        stderr=PIPE,
    )


async def line_of(stream: asyncio.StreamReader | None) -> str:
    assert stream
    async with asyncio.timeout(BOUND.total_seconds()):
        return (await stream.readline()).decode().rstrip()


async def ended(worker: Process, by: signal.Signals | None = None) -> tuple[int | None, str]:
    """The exit status, and what it said on standard error apart from that it stops."""
    if by:
        worker.send_signal(by)
    async with asyncio.timeout(BOUND.total_seconds()):
        _, err = await worker.communicate()
    lines = [line for line in err.decode().splitlines() if "Stopping: running calls" not in line]
    return worker.returncode, "\n".join(lines)
