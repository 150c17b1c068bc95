"""The order flow from its start to what the downstreams remember of it."""

from typing import NamedTuple

import pytest
from temporalio.client import Client

from models.order import Order, OrderResult
from saga import Decision, Resolution
from services.backstage.faults import FaultKind
from tests.crash.orders import (
    OF_A_COMPLETED_ORDER,
    effects_of,
    open_operations,
    order,
    start,
)
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.workflows.conftest import TASK_QUEUE

pytestmark = pytest.mark.usefixtures("worker")

LARGE = 100


async def operations_of(stand_ins: StandIns, placed: Order) -> list[str]:
    """What was called, in order."""
    calls = await stand_ins.calls(correlation_id=f"order-{placed.order_id}")
    return [call.operation for call in calls]


async def test_an_order_completes(client: Client, stand_ins: StandIns) -> None:
    """Stock, payment and shipment are made once, the shipment names the reservation, and the customer is told."""
    handle = await start(client, order("plain"), TASK_QUEUE)
    result: OrderResult = await handle.result()

    effects = {effect.operation: effect.resource_id for effect in await effects_of(stand_ins, "plain")}
    assert open_operations(await effects_of(stand_ins, "plain")) == OF_A_COMPLETED_ORDER
    assert result.reservation_id == effects["reserveInventory"]
    assert result.shipment_id == effects["createShipment"]
    shipped = next(step for step in (await status_of(handle)).steps if step.name == "create_shipment")
    assert isinstance(shipped.input, dict)
    assert shipped.input["reservation_id"] == result.reservation_id


class Refusal(NamedTuple):
    """How an order is refused, and what is called because of it."""

    ends: str
    calls: list[str]
    country: str = "DE"
    payment_method: str = "tok_visa"
    sku: str = "desk-lamp"


REFUSALS = {
    "out-of-stock": Refusal("OutOfStock", ["reserveInventory"], sku="sold-out-lamp"),
    "payment-refused": Refusal(
        "PaymentRefused",
        ["reserveInventory", "authorizePayment", "releaseInventory"],
        payment_method="tok_declined",
    ),
    "not-shippable": Refusal(
        "AddressNotServed",
        ["reserveInventory", "authorizePayment", "createShipment", "voidPayment", "releaseInventory"],
        country="AQ",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refused_order_leaves_nothing_behind(case: str, client: Client, stand_ins: StandIns) -> None:
    """The failure has the business's name; what was done is undone, newest first; what comes later never starts."""
    refusal = REFUSALS[case]
    placed = order(case, country=refusal.country)
    items = tuple(item.model_copy(update={"sku": refusal.sku}) for item in placed.items)
    placed = placed.model_copy(update={"payment_method": refusal.payment_method, "items": items})
    handle = await start(client, placed, TASK_QUEUE)

    assert await end_of(handle) == refusal.ends
    assert await operations_of(stand_ins, placed) == refusal.calls
    assert await stand_ins.open_effects(correlation_id=handle.id) == []
    assert (await status_of(handle)).status == ("failed" if case == "out-of-stock" else "compensated")


@pytest.mark.parametrize("by_update", [True, False])
async def test_a_large_order_waits_for_a_person(by_update: bool, client: Client, stand_ins: StandIns) -> None:  # noqa: FBT001
    """The decision counts by update and by signal; who decided, when and why stays in the status."""
    placed = order(f"large-{by_update}", quantity=LARGE)
    handle = await start(client, placed, TASK_QUEUE)
    await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")
    decision = Decision(approval="large-order", decision="approve", by="ada", comment="a good customer")
    await (handle.execute_update if by_update else handle.signal)("decide", decision)

    assert await end_of(handle) == "completed"
    (recorded,) = (await status_of(handle)).approvals[0].decisions
    assert (recorded.by, recorded.verdict, recorded.comment) == ("ada", "approve", "a good customer")
    assert open_operations(await effects_of(stand_ins, placed.order_id)) == OF_A_COMPLETED_ORDER


async def test_a_rejected_order_releases_its_stock(client: Client, stand_ins: StandIns) -> None:
    """No payment is asked for."""
    placed = order("rejected", quantity=LARGE)
    handle = await start(client, placed, TASK_QUEUE)
    await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")
    await handle.signal(
        "decide", Decision(approval="large-order", decision="reject", by="bob", comment="too much")
    )

    assert await end_of(handle) == "ApprovalRejected"
    assert await operations_of(stand_ins, placed) == ["reserveInventory", "releaseInventory"]


async def test_a_payment_that_times_out_after_its_effect_is_charged_once(
    client: Client, stand_ins: StandIns
) -> None:
    """The second attempt has the same key, and is answered with the first one's effect."""
    await stand_ins.faults.add(
        "authorizePayment", FaultKind.EFFECT_THEN_TIMEOUT, match={"order_id": "timed-out"}
    )
    handle = await start(client, order("timed-out"), TASK_QUEUE)

    assert await end_of(handle) == "completed"
    calls = await stand_ins.calls(operation="authorizePayment", correlation_id=handle.id)
    assert len(calls) == 2
    assert len({call.key for call in calls}) == 1
    assert open_operations(await effects_of(stand_ins, "timed-out")) == OF_A_COMPLETED_ORDER


async def test_beyond_the_point_of_no_return_a_refusal_waits_for_a_person(
    client: Client, stand_ins: StandIns
) -> None:
    """A refused capture undoes nothing: its incident is open until someone resolves it, and then the order completes."""
    await stand_ins.faults.add("capturePayment", FaultKind.REFUSE)
    handle = await start(client, order("capture-refused"), TASK_QUEUE)
    status = await eventually(lambda: status_of(handle), lambda status: status.status == "needs_attention")
    (incident,) = status.incidents
    retry = Resolution(incident=incident.id, decision="retry", by="ops", reason="the bank is back")
    await handle.execute_update("resolve", retry)

    assert await end_of(handle) == "completed"
    assert open_operations(await effects_of(stand_ins, "capture-refused")) == OF_A_COMPLETED_ORDER


async def test_a_cancelled_order_is_undone(client: Client, stand_ins: StandIns) -> None:
    """Cancelled while it waits for a person, it gives its stock back."""
    placed = order("cancelled", quantity=LARGE)
    handle = await start(client, placed, TASK_QUEUE)
    await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert (await status_of(handle)).status == "cancelled"
    assert await stand_ins.open_effects(correlation_id=handle.id) == []


async def test_a_happy_order_has_the_events_of_its_activities_and_no_more(client: Client) -> None:
    """Five activities are 5 × 3 events, a workflow task of 3 before each, 1 to begin, 4 to end; and the SLA's timer."""
    handle = await start(client, order("events"), TASK_QUEUE)
    await handle.result()
    kinds = [event.event_type for event in (await handle.fetch_history()).events]

    assert len(kinds) == 1 + 5 * (3 + 3) + 4 + 1
