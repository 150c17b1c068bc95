"""A rehearsal calls what a durable run calls, and takes back what that takes back."""

import pytest
from pydantic import JsonValue

from arazzo.dry_runs.directions import Onward
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.faults import read_fault
from arazzo.dry_runs.report import End
from tests.arazzo.examples import EVERYTHING, input_of, plan_of
from tests.endings import end_of
from tests.workflows.documents import play
from tests.workflows.playing import Playing

NOWHERE: JsonValue = {
    "name": "Ada Lovelace",
    "street": "Base 1",
    "city": "South Pole",
    "postal_code": "1",
    "country": "AQ",
}


def rehearsed(name: str, *faults: str) -> tuple[End, list[str]]:
    """How it ends, and the operations in their order."""
    plan = plan_of(name)
    runs = DryRuns(EVERYTHING, plan)
    report = runs.run(runs.inputs(input_of(name)).values, Onward(read_fault(one, plan) for one in faults))
    return report.end, [event.operation for event in report.events if event.operation]


@pytest.mark.parametrize(
    ("name", "changed", "fault"),
    [
        ("place-order-saga", {"orderId": "R-1"}, ""),
        ("place-order-saga", {"orderId": "R-2", "shippingAddress": NOWHERE}, "createShipment=422"),
        ("place-order-saga", {"orderId": "R-3", "paymentMethod": "tok_declined"}, "authorizePayment=402"),
        ("subscription", {"subscriptionId": "R-4", "plan": "retired-plan"}, "provision=422"),
        ("subscription", {"subscriptionId": "R-5", "paymentMethod": "tok_declined"}, "charge=402"),
    ],
)
async def test_both_call_the_same(
    playing: Playing, name: str, changed: dict[str, JsonValue], fault: str
) -> None:
    """The same refusal by the stand-in, and by request; what runs side by side has no order."""
    handle = await play(playing, plan_of(name), input_of(name) | changed)
    ended = await end_of(handle)
    called = await playing.operations(handle)

    end, operations = rehearsed(name, *filter(None, [fault]))

    assert (ended == "completed") is (end is End.COMPLETED)
    if name == "subscription":
        called, operations = sorted(called), sorted(operations)
    assert called == operations


async def test_what_is_lost_is_asked_for_by_both(playing: Playing) -> None:
    """A charge whose answer is lost, and each retry of a service that is away for a while."""
    changed: dict[str, JsonValue] = {"subscriptionId": "R-6"}
    faults = playing.stand_ins.faults
    await faults.add("chargePayment", "effect_then_drop", match={"subscription_id": "R-6"})
    await faults.add("provisionWorkspace", "unavailable", times=2, match={"subscription_id": "R-6"})

    handle = await play(playing, plan_of("subscription"), input_of("subscription") | changed)
    ended = await end_of(handle)
    end, operations = rehearsed("subscription", "charge=drop:1", "provision=503:2")

    assert ("completed", End.COMPLETED) == (ended, end)
    assert sorted(await playing.operations(handle)) == sorted(operations)
