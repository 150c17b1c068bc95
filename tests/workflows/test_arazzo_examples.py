"""The example documents, carried out durably: what they leave behind when they complete, and when they do not."""

import pytest
from pydantic import JsonValue

from saga.status import ApprovalState, FlowState
from tests.arazzo.examples import input_of, plan_of
from tests.endings import end_of, status_of
from tests.workflows.documents import play
from tests.workflows.playing import Handle, Playing
from tests.workflows.test_arazzo_waits import approved

NOWHERE: JsonValue = {
    "name": "Ada Lovelace",
    "street": "Base 1",
    "city": "South Pole",
    "postal_code": "1",
    "country": "AQ",
}


async def begun(playing: Playing, name: str, **changed: JsonValue) -> Handle:
    return await play(playing, plan_of(name), input_of(name) | changed)


@pytest.mark.parametrize(
    ("name", "changed", "operations"),
    [
        ("place-order", {"orderId": "X-1"}, "reserveInventory authorizePayment createShipment"),
        (
            "place-order-saga",
            {"orderId": "X-2"},
            "reserveInventory authorizePayment createShipment capturePayment sendNotification",
        ),
        ("subscription", {"subscriptionId": "X-3"}, "chargePayment provisionWorkspace sendNotification"),
        (
            "subscription",
            {"subscriptionId": "X-4", "paymentMethod": "tok_declined"},
            "chargeAtBackup provisionWorkspace sendNotification",
        ),
        ("onboarding", {"email": "x5@example.com"}, "createAccount sendNotification createMarketingProfile"),
        ("content-publishing", {"slug": "x-6"}, "storeArticle indexArticle"),
        ("support-triage", {}, "openTask sendNotification"),
        ("order-with-code", {"orderId": "X-7"}, "reserveInventory authorizePayment createShipment"),
    ],
)
async def test_it_completes(
    playing: Playing, name: str, changed: dict[str, JsonValue], operations: str
) -> None:
    """With the effects of its steps, each once."""
    handle = await begun(playing, name, **changed)

    assert "completed" == await end_of(handle)
    assert sorted(operations.split()) == sorted((await playing.open(handle)).elements())


@pytest.mark.parametrize(
    ("name", "changed", "failure"),
    [
        ("place-order-saga", {"orderId": "Y-1", "paymentMethod": "tok_declined"}, "PaymentRefused"),
        ("subscription", {"subscriptionId": "Y-2", "plan": "retired-plan"}, "PlanNotOffered"),
        (
            "subscription",
            {"subscriptionId": "Y-3", "paymentMethod": "tok_declined_everywhere"},
            "PaymentRefused",
        ),
        ("subscription", {"subscriptionId": "Y-4", "userId": "unknown-1"}, "UserUnknown"),
        ("order-with-code", {"orderId": "Y-5", "paymentMethod": "tok_declined"}, "PaymentRefused"),
        ("order-with-code", {"orderId": "Y-6", "shippingAddress": NOWHERE}, "AddressNotServed"),
    ],
)
async def test_it_leaves_nothing(
    playing: Playing, name: str, changed: dict[str, JsonValue], failure: str
) -> None:
    """What was done before a step is refused is taken back, in workflows within workflows too."""
    handle = await begun(playing, name, **changed)

    assert failure == await end_of(handle)
    assert [] == list(await playing.open(handle))


async def test_a_charge_that_is_found(playing: Playing) -> None:
    """Its answers are lost, the probe shows it, and nobody else charges."""
    handle = await begun(playing, "subscription", subscriptionId="Z-1")
    await playing.stand_ins.faults.add("chargePayment", "effect_then_drop", match={"subscription_id": "Z-1"})

    assert "completed" == await end_of(handle)
    assert "chargeAtBackup" not in await playing.operations(handle)
    assert 1 == (await playing.open(handle))["chargePayment"]


async def test_an_order_on_prepayment(playing: Playing) -> None:
    """A person approves it with a form, the money comes, and it is sent."""
    handle = await begun(playing, "approval", orderId="Z-2")
    await playing.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
    await handle.execute_update(
        "decide",
        {"approval": "askForApproval", "decision": "approve", "by": "grace", "input": {"contact": "heidi"}},
    )
    await playing.stand_ins.wait_for_calls("reserveInventory", correlation_id=handle.id)
    body = {
        "id": "e-1",
        "channel": "payments/received",
        "correlation_id": "Z-2",
        "payload": {"orderId": "Z-2", "amount": "2396.00", "receivedAt": "2026-02-01T09:00:00Z"},
    }
    await handle.signal("event", {"mailbox": "events", "body": body})

    assert "completed" == await end_of(handle)
    result = await handle.result()
    assert ("heidi", "2026-02-01T09:00:00Z") == (result["contact"], result["receivedAt"])
    (approval,) = (await status_of(handle)).approvals
    assert ApprovalState.APPROVED is approval.status


async def test_a_cancel_while_it_waits_for_money(playing: Playing) -> None:
    """The goods go back on the shelf."""
    handle = await approved(playing, "Z-3")
    await playing.until(handle, lambda status: status.waiting_for == "event:events")
    await handle.cancel()

    assert "CancelledError" == await end_of(handle)
    assert ["reserveInventory", "releaseInventory"] == await playing.operations(handle)


async def test_a_mail_that_cannot_be_sent(playing: Playing) -> None:
    """It waits for a person, and neither it nor a cancel takes the account back."""
    handle = await begun(playing, "onboarding", email="z-4@example.invalid")
    incident = await playing.incident(handle)
    await handle.cancel()
    said = {"incident": incident.id, "decision": "skip", "by": "grace", "reason": "told by telephone"}
    await handle.execute_update("resolve", {**said, "result": {"success": True}})

    assert "completed" == await end_of(handle)
    assert {"createAccount": 1, "createMarketingProfile": 1} == await playing.open(handle)
    assert "sendWelcomeMail" == incident.step
