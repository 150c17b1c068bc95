"""The worker is killed with SIGKILL inside every call of an order, before and after its effect.

One crash serves all cases: each order is held by the stand-ins in another call, then the one worker is killed.
"""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from temporalio.client import Client

from runtime.dev_server import DevServer
from services.backstage.calls import CallState
from tests.crash.conftest import worker_of
from tests.crash.orders import OF_A_COMPLETED_ORDER, Handle, effects_of, open_operations, order, start
from tests.endings import end_of
from tests.standins import StandIns

TASK_QUEUE = "crash-inside-calls"
MOMENTS = (CallState.HELD_BEFORE_EFFECT, CallState.HELD_AFTER_EFFECT)


class Case(NamedTuple):
    """The worker dies while `operation` is held at `moment`; then the order must end as `ends`."""

    operation: str
    moment: CallState
    ends: str
    country: str = "DE"

    @property
    def order_id(self) -> str:
        return f"{self.operation}.{self.moment}"


FORWARD = [Case(op, moment, "completed") for op in OF_A_COMPLETED_ORDER for moment in MOMENTS]
UNDOING = [
    Case(op, moment, "AddressNotServed", "AQ")
    for op in ("voidPayment", "releaseInventory")
    for moment in MOMENTS
]
CANCELLED = [Case("cancelShipment", moment, "CancelledError") for moment in MOMENTS]
CASES = [*FORWARD, *UNDOING, *CANCELLED]
BODIES_WITHOUT_ORDER_ID = ("capturePayment", "sendNotification")


@pytest.fixture(scope="module")
async def survivors(
    dev_server: DevServer, client: Client, stand_ins: StandIns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, Handle]]:
    """All orders, after the worker that had them in mid-call was killed and another one was started."""
    folder: Path = tmp_path_factory.mktemp("workers")
    async with worker_of(dev_server, stand_ins, TASK_QUEUE, folder) as worker:
        for case in CASES:
            match = {} if case.operation in BODIES_WITHOUT_ORDER_ID else {"order_id": case.order_id}
            kind = case.moment.value.removeprefix("held_")
            await stand_ins.faults.add(case.operation, f"hold_{kind}", match=match)
        handles = {case.order_id: await _reach(case, client, stand_ins) for case in CASES}
        await worker.kill()
        await worker.start()
        await stand_ins.release()
        yield handles


async def _reach(case: Case, client: Client, stand_ins: StandIns) -> Handle:
    """Start the order and wait until its call is held."""
    if case in CANCELLED:
        return await _cancelled_in_its_shipment(case, client, stand_ins)
    known = await _last_call(stand_ins)
    handle = await start(client, order(case.order_id, country=case.country), TASK_QUEUE)
    await stand_ins.wait_for_held(case.operation, case.moment, after=known)
    return handle


async def _cancelled_in_its_shipment(case: Case, client: Client, stand_ins: StandIns) -> Handle:
    known = await _last_call(stand_ins)
    await stand_ins.faults.add("createShipment", "hold_after_effect", match={"order_id": case.order_id})
    handle = await start(client, order(case.order_id), TASK_QUEUE)
    shipment = await stand_ins.wait_for_held("createShipment", CallState.HELD_AFTER_EFFECT, after=known)
    await handle.cancel()
    await stand_ins.release(call=shipment)
    await stand_ins.wait_for_held(case.operation, case.moment, after=known)
    return handle


async def _last_call(stand_ins: StandIns) -> int:
    return max((call.id for call in await stand_ins.calls()), default=0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.order_id)
async def test_a_killed_worker_changes_neither_the_end_nor_the_effects(
    case: Case, survivors: dict[str, Handle], stand_ins: StandIns
) -> None:
    """The order ends as it would have; each operation has one effect; what is open belongs to a completed order."""
    assert await end_of(survivors[case.order_id]) == case.ends

    effects = await effects_of(stand_ins, case.order_id)
    made = Counter(effect.operation for effect in effects)
    assert max(made.values()) == 1
    assert open_operations(effects) == (OF_A_COMPLETED_ORDER if case.ends == "completed" else Counter())
