"""One server, one process of stand-ins and one worker process for all tests of the command line."""

import os
from collections.abc import AsyncIterator

import pytest

from runtime.dev_server import DevServer
from tests.cli.commands import CommandLine
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

TASK_QUEUE = "command-line"


@pytest.fixture(scope="session")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture(scope="package")
async def worker(
    dev_server: DevServer, stand_ins: StandIns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkerProcess]:
    """`python worker.py` on the queue of these tests; it ends with them, as it also serves the one private queue."""
    environment = {
        **stand_ins.environment(),
        "TEMPORAL_ADDRESS": dev_server.address,
        "TASK_QUEUE": TASK_QUEUE,
        "PAYMENTS_READ_TIMEOUT": "20s",  # longer than any test holds a call
    }
    async with WorkerProcess(environment, log=tmp_path_factory.mktemp("worker") / "log") as running:
        yield running


@pytest.fixture
def environment(dev_server: DevServer, stand_ins: StandIns, task_queue: str) -> dict[str, str]:
    """Of a worker of the test's own."""
    return {**stand_ins.environment(), "TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}


@pytest.fixture
def unserved(dev_server: DevServer, task_queue: str) -> CommandLine:
    """The command line where no worker runs, except one of the test's own."""
    return CommandLine(_environment(TEMPORAL_ADDRESS=dev_server.address, TASK_QUEUE=task_queue))


@pytest.fixture
def cli(dev_server: DevServer, worker: WorkerProcess) -> CommandLine:
    """The command line where a worker runs."""
    del worker
    return CommandLine(_environment(TEMPORAL_ADDRESS=dev_server.address, TASK_QUEUE=TASK_QUEUE))


@pytest.fixture
def nowhere() -> CommandLine:
    """The command line where no server is."""
    return CommandLine(_environment(TEMPORAL_ADDRESS="127.0.0.1:9"))


def _environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "WEB_UI_URL": "http://ui.example", "COLUMNS": "80", **variables}
