"""The services of the trips, which run already when a rehearsal of somebody's own flow begins."""

import os
import sys
from collections.abc import AsyncIterator

import pytest

from crash_kit.program import Program
from tests.worker_process import ROOT


@pytest.fixture(scope="session")
async def trip_services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Their address."""
    folder = tmp_path_factory.mktemp("trip-services")
    program = Program(
        [sys.executable, "-m", "examples.trip.services", "0", str(folder / "trips.db")],
        ready="listening on",
        log=folder / "log",
        environment=os.environ,
        folder=ROOT,
    )
    line = await program.start()
    yield line.rpartition(" ")[2]
    await program.stop()
