"""A worker process and stand-ins of its own for each crash."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.dev_server import DevServer
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

LONGER_THAN_ANY_HOLD = "25"


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


def worker_environment(server: DevServer, stand_ins: StandIns, task_queue: str) -> dict[str, str]:
    """So that calls are held, and do not time out, until the worker is killed."""
    patient = {
        f"{name.removesuffix('_URL')}_READ_TIMEOUT": LONGER_THAN_ANY_HOLD
        for name in stand_ins.environment()
        if name.endswith("_URL") and name != "DATABASE_URL"
    }
    address = {"TEMPORAL_ADDRESS": server.address, "TASK_QUEUE": task_queue}
    return {**stand_ins.environment(), **patient, **address}


def worker_of(server: DevServer, stand_ins: StandIns, task_queue: str, folder: Path) -> WorkerProcess:
    environment = worker_environment(server, stand_ins, task_queue)
    return WorkerProcess(environment, log=folder / f"{task_queue}.log")
