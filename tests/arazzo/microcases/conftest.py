"""A worker for documents, and the stand-ins to which it tells of runs that fail."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.arazzo.microcases.executing import Executor, executing
from tests.standins import StandIns


@pytest.fixture(scope="module")
async def executor(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Executor]:
    async with (
        StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as stand_ins,
        executing(client, stand_ins) as running,
    ):
        yield running
