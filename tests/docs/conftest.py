"""The stand-ins that documented flows call."""

from collections.abc import AsyncIterator

import pytest

from settings import DOWNSTREAMS, Settings
from tests.standins import StandIns


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


def calling(stand_ins: StandIns) -> Settings:
    """For activities that call them."""
    return Settings.model_validate({name: {"url": f"{stand_ins.url}/{name}"} for name in DOWNSTREAMS})
