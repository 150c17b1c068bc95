"""The stand-ins as one process, forgetful before each test, and the activities of a worker that calls them."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.activities.offered import Offered, offered_by
from tests.standins import StandIns


@pytest_asyncio.fixture(scope="session", name="stand_ins_process")
async def _stand_ins_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as stand_ins:
        yield stand_ins


@pytest_asyncio.fixture(name="stand_ins")
async def _stand_ins(stand_ins_process: StandIns) -> StandIns:
    await stand_ins_process.reset()
    return stand_ins_process


@pytest_asyncio.fixture(name="offered")
async def _offered(stand_ins: StandIns) -> AsyncGenerator[Offered]:
    async with offered_by(stand_ins) as offered:
        yield offered
