"""A worker in this process, and the stand-ins that its activities call."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import open_activities
from catalogue import CATALOGUE
from settings import DOWNSTREAMS, Settings
from tests.standins import StandIns

TASK_QUEUE = "flows"
READ_TIMEOUT = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture(scope="module")
async def worker(client: Client, stand_ins: StandIns) -> AsyncIterator[Worker]:
    """Serves all flows; its calls time out quickly."""
    endpoints = {
        name: {"url": f"{stand_ins.url}/{name}", "read_timeout": READ_TIMEOUT} for name in DOWNSTREAMS
    }
    settings = Settings.model_validate(endpoints)
    async with (
        open_activities(settings) as activities,
        Worker(
            client, task_queue=TASK_QUEUE, workflows=CATALOGUE.workflows, activities=activities
        ) as running,
    ):
        yield running
