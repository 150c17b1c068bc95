"""The overview of a customer: what is merged, what is missing and why, and how long it may take."""

import time
from collections.abc import Mapping

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from catalogue import CATALOGUE
from models.customer_overview import CustomerOverview, OverviewRequest
from saga import FlowState
from services.backstage.faults import FaultKind
from tests.endings import status_of
from tests.standins import StandIns
from tests.workflows.conftest import serving
from tests.workflows.playing import Handle, Playing
from workflows.customer_overview import DEADLINE

FLOW = "customer-overview"
OPERATIONS = {"profile": "getProfile", "orders": "listOrders", "preferences": "getPreferences"}


async def overview(playing: Playing, customer_id: str = "C-1001") -> tuple[Handle, CustomerOverview]:
    handle = await playing.start(FLOW, OverviewRequest(customer_id=customer_id))
    return handle, CustomerOverview.model_validate(await handle.result())


def reasons(seen: CustomerOverview) -> Mapping[str, str]:
    """Of each missing part, the word that it begins with."""
    return {missing.part: missing.reason.partition(":")[0] for missing in seen.missing}


async def test_the_parts_are_merged(playing: Playing) -> None:
    """All three are there, and none is missing."""
    handle, seen = await overview(playing)

    assert seen.profile
    assert seen.orders
    assert seen.preferences
    assert (seen.profile.tier, seen.preferences.language) == ("gold", "en")
    assert [order.order_id for order in seen.orders.orders] == ["A-0917", "A-0642", "A-0311"]
    assert (seen.status, seen.missing) == ("complete", ())
    assert (await status_of(handle)).status is FlowState.COMPLETED


async def test_what_a_service_does_not_know_is_missing(playing: Playing) -> None:
    """C-1002 has never said what she prefers: the rest is there, and her preferences are named."""
    _, seen = await overview(playing, "C-1002")

    assert (seen.status, reasons(seen)) == ("partial", {"preferences": "NotFound"})
    assert seen.profile
    assert seen.orders
    assert seen.preferences is None


async def test_no_orders_are_not_missing(playing: Playing) -> None:
    """C-1003 has bought nothing: that is known."""
    _, seen = await overview(playing, "C-1003")

    assert seen.orders
    assert (seen.status, seen.orders.orders) == ("complete", ())


async def test_nobody_knows_the_customer(playing: Playing) -> None:
    """All parts are named, and the flow completes all the same."""
    _, seen = await overview(playing, "X-1")

    assert dict.fromkeys(OPERATIONS, "NotFound") == reasons(seen)


FAULTS = [
    (FaultKind.UNAVAILABLE, "profile", "ServiceUnavailable"),
    (FaultKind.ERROR, "orders", "ServerFailed"),
    (FaultKind.UNAUTHORIZED, "preferences", "CredentialsRefused"),
    (FaultKind.MALFORMED, "profile", "ResponseInvalid"),
    (FaultKind.DROP_CONNECTION, "orders", "ConnectionLost"),
    (FaultKind.HOLD_BEFORE_EFFECT, "preferences", "ResponseTimedOut"),
]


@pytest.mark.parametrize(("kind", "part", "reason"), FAULTS, ids=[kind for kind, _, _ in FAULTS])
async def test_a_part_that_fails_is_named(playing: Playing, kind: FaultKind, part: str, reason: str) -> None:
    """With the reason, whatever it is; the other two are there, and nobody is asked."""
    await playing.stand_ins.faults.add(OPERATIONS[part], kind, times=None)
    handle, seen = await overview(playing)
    await playing.stand_ins.faults.clear()

    assert reasons(seen) == {part: reason}
    assert [getattr(seen, other) is None for other in OPERATIONS] == [other == part for other in OPERATIONS]
    assert (await status_of(handle)).incidents == ()


async def test_a_slip_is_tried_again(playing: Playing) -> None:
    """What goes wrong once is read at the second attempt, and nothing is missing."""
    await playing.stand_ins.faults.add("getProfile", FaultKind.DROP_CONNECTION)
    _, seen = await overview(playing)

    assert seen.status == "complete"


async def test_the_reads_run_side_by_side(playing: Playing) -> None:
    """While none has answered, all three have been asked."""
    for operation in OPERATIONS.values():
        await playing.stand_ins.faults.add(operation, FaultKind.HOLD_BEFORE_EFFECT)
    handle = await playing.start(FLOW, OverviewRequest(customer_id="C-1001"))
    for operation in OPERATIONS.values():
        await playing.stand_ins.wait_for_held(operation)
    await playing.stand_ins.release()

    assert CustomerOverview.model_validate(await handle.result()).status == "complete"


async def test_the_deadline_is_one_for_all(client: Client, stand_ins: StandIns, task_queue: str) -> None:
    """Services that say nothing, and would be waited for much longer by themselves, are named in time."""
    for operation in OPERATIONS.values():
        await stand_ins.faults.add(operation, FaultKind.HOLD_BEFORE_EFFECT, times=None)
    async with serving(client, stand_ins, task_queue=task_queue, read_timeout=10 * DEADLINE):
        began = time.monotonic()
        _, seen = await overview(Playing(client, stand_ins, task_queue))
        took = time.monotonic() - began
    await stand_ins.faults.clear()

    assert reasons(seen).keys() == OPERATIONS.keys()
    assert took < 2 * DEADLINE.total_seconds()


async def test_its_deadline_has_no_timer(playing: Playing) -> None:
    """The one timer in its history is that of its SLA."""
    handle, _ = await overview(playing)
    events = [event.event_type for event in (await handle.fetch_history()).events]

    assert 1 == events.count(EventType.EVENT_TYPE_TIMER_STARTED)


def test_each_question_is_a_new_one() -> None:
    """Unless whoever asks names it: then the same question is answered once."""
    unnamed = [OverviewRequest(customer_id="C-1001") for _ in range(2)]
    named = [OverviewRequest(customer_id="C-1001", request_id="Q-1") for _ in range(2)]
    id_of = CATALOGUE[FLOW].id_of

    assert 2 == len({id_of(asked) for asked in unnamed})
    assert {"customer-overview-C-1001-Q-1"} == {id_of(asked) for asked in named}
