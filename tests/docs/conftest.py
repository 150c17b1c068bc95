"""The stand-ins that documented flows call."""

from collections.abc import AsyncIterator

import pytest

from activities.endpoint import Endpoint
from settings import Settings
from tests.standins import StandIns


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


def calling(stand_ins: StandIns) -> Settings:
    """For activities that call them."""
    url = stand_ins.url
    return Settings(
        inventory=Endpoint(url=f"{url}/inventory"),
        payments=Endpoint(url=f"{url}/payments"),
        shipping=Endpoint(url=f"{url}/shipping"),
        notifications=Endpoint(url=f"{url}/notifications"),
    )
