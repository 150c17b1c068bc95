"""The worker is killed with SIGKILL at each step boundary: as soon as history says that a step is done."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from runtime.dev_server import DevServer
from tests.crash.conftest import worker_of
from tests.crash.orders import OF_A_COMPLETED_ORDER, Handle, effects_of, open_operations, order, start
from tests.endings import end_of
from tests.standins import StandIns

COMPLETED_ORDER = [("DE", done, "completed") for done in range(len(OF_A_COMPLETED_ORDER))]
UNDONE_ORDER = [("AQ", done, "AddressNotServed") for done in range(4)]
CASES = [*COMPLETED_ORDER, *UNDONE_ORDER]
AT_ONCE = 5


@pytest.fixture(scope="module")
async def survivors(
    dev_server: DevServer, client: Client, stand_ins: StandIns, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """How each order ended whose worker was killed after `done` steps and undos; a few crashes at a time."""
    folder, places = tmp_path_factory.mktemp("workers"), asyncio.Semaphore(AT_ONCE)

    async def crash(country: str, done: int) -> tuple[str, str]:
        async with places:
            order_id = f"boundary-{country}-{done}"
            return order_id, await _killed_after(
                done, country, order_id, dev_server, client, stand_ins, folder
            )

    return dict(await asyncio.gather(*(crash(country, done) for country, done, _ in CASES)))


async def _killed_after(
    done: int,
    country: str,
    order_id: str,
    server: DevServer,
    client: Client,
    stand_ins: StandIns,
    folder: Path,
) -> str:
    async with worker_of(server, stand_ins, f"crash-{order_id}", folder) as worker:
        handle = await start(client, order(order_id, country=country), f"crash-{order_id}")
        await _steps_done(handle, done)
        await worker.kill()
        await worker.start()
        return await end_of(handle)


def _steps_done(handle: Handle, count: int) -> Awaitable[None]:
    """Returns with the event of the `count`th completed activity; 0 is the start of the workflow."""

    async def watched() -> None:
        seen = 0
        async for event in handle.fetch_history_events(wait_new_event=True):
            seen += event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
            if seen == count:
                return

    return asyncio.wait_for(watched(), 60)


@pytest.mark.parametrize(("country", "done", "end"), CASES)
async def test_an_order_goes_on_where_it_was(
    country: str, done: int, end: str, survivors: dict[str, str], stand_ins: StandIns
) -> None:
    """Killed between two steps, the order ends as it would have, and nothing happened twice."""
    order_id = f"boundary-{country}-{done}"
    effects = await effects_of(stand_ins, order_id)

    assert survivors[order_id] == end
    assert max(Counter(effect.operation for effect in effects).values()) == 1
    assert open_operations(effects) == (OF_A_COMPLETED_ORDER if end == "completed" else Counter())
