"""One process of stand-ins for the tests of this folder, forgetful before each of them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.standins import StandIns


@pytest_asyncio.fixture(scope="session", name="stand_ins_process")
async def _stand_ins_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as stand_ins:
        yield stand_ins


@pytest_asyncio.fixture(name="stand_ins")
async def _stand_ins(stand_ins_process: StandIns) -> StandIns:
    """The process that is shared, with nothing in it."""
    await stand_ins_process.reset()
    return stand_ins_process


@pytest_asyncio.fixture(name="own_stand_ins")
async def _own_stand_ins(tmp_path: Path) -> AsyncGenerator[StandIns]:
    """A process for a test that ends it."""
    async with StandIns(tmp_path / "stand-ins.db") as stand_ins:
        yield stand_ins
