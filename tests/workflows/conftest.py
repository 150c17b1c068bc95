"""A worker in this process, and the stand-ins that its activities call."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.endpoint import Endpoint
from activities.registry import open_activities
from settings import Settings
from tests.standins import StandIns
from workflows.order import OrderWorkflow

TASK_QUEUE = "orders"


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture(scope="module")
async def worker(client: Client, stand_ins: StandIns) -> AsyncIterator[Worker]:
    """Serves orders; its calls time out quickly."""

    def endpoint(service: str) -> Endpoint:
        return Endpoint(url=f"{stand_ins.url}/{service}", read_timeout=timedelta(seconds=0.5))

    settings = Settings(
        inventory=endpoint("inventory"),
        payments=endpoint("payments"),
        shipping=endpoint("shipping"),
        notifications=endpoint("notifications"),
    )
    async with (
        open_activities(settings) as activities,
        Worker(client, task_queue=TASK_QUEUE, workflows=[OrderWorkflow], activities=activities) as running,
    ):
        yield running
