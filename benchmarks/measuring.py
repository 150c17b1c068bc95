"""Runs one measurement within bounds, and says in one line why it could not."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import uvloop
from pydantic import BaseModel

from benchmarks.load import WrongEnd
from benchmarks.processes import ChildFailed
from runtime.dev_server import ServerStartFailed
from runtime.server import TemporalCli, find_executable
from runtime.toolchain import ServerNotFound

BOUND = timedelta(minutes=15)
"""For a machine on which everything takes longer than planned."""

Figures = TypeVar("Figures")


def measure(run: Callable[[TemporalCli, Path], Awaitable[Figures]]) -> Figures | None:
    """What `run` found, with a server and a folder of its own; None after saying why nothing could be measured."""
    try:
        server = find_executable()
        with (
            tempfile.TemporaryDirectory(prefix="benchmark-") as folder,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            return runner.run(_bounded(run(server, Path(folder))))
    except (ServerNotFound, ServerStartFailed, ChildFailed, WrongEnd) as error:
        print(error, file=sys.stderr)
    except TimeoutError:
        print("It took too long: is the machine overloaded?", file=sys.stderr)
    return None


def tell(figures: BaseModel, lines: Iterable[str], file: Path | None) -> None:
    """Print the table, and write the figures where that is asked for."""
    print("\n".join(lines))
    if file:
        file.write_text(f"{figures.model_dump_json(indent=2)}\n")


async def _bounded(figures: Awaitable[Figures]) -> Figures:
    async with asyncio.timeout(BOUND.total_seconds()):
        return await figures
