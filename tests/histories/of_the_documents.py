"""The stories of the example documents that are recorded."""

from pydantic import JsonValue

from services.backstage.faults import FaultKind
from tests.arazzo.examples import input_of, plan_of
from tests.endings import end_of
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.documents import play
from tests.workflows.test_arazzo_waits import approved, paid

NOWHERE: JsonValue = {
    "name": "Ada Lovelace",
    "street": "Base 1",
    "city": "South Pole",
    "postal_code": "1",
    "country": "AQ",
}


async def begun(recording: Recording, name: str, **changed: JsonValue) -> Handle:
    return await play(recording.playing, plan_of(name), input_of(name) | changed)


async def within(recording: Recording, handle: Handle, child: str) -> Handle:
    """A workflow that another one has run."""
    await end_of(handle)
    return recording.client.get_workflow_handle(f"{handle.id}{child}")


async def order_completed(recording: Recording) -> Handle:
    return await begun(recording, "place-order-saga", orderId="D-1")


async def order_undone(recording: Recording) -> Handle:
    return await begun(recording, "place-order-saga", orderId="D-2", shippingAddress=NOWHERE)


async def order_retried(recording: Recording) -> Handle:
    faults = recording.stand_ins.faults
    await faults.add("authorizePayment", FaultKind.ERROR, match={"order_id": "D-3"}, times=2)
    return await begun(recording, "place-order-saga", orderId="D-3")


async def order_held(recording: Recording) -> Handle:
    """The confirmation cannot be sent until a person says that it can."""
    faults = recording.stand_ins.faults
    match = {"recipient": "d4@example.com"}
    await faults.add("sendNotification", FaultKind.REFUSE, match=match, times=1)
    handle = await begun(recording, "place-order-saga", orderId="D-4", email="d4@example.com")
    incident = await recording.playing.incident(handle)
    await recording.playing.resolve(handle, incident.id, "retry")
    return handle


async def charge_found(recording: Recording) -> Handle:
    faults = recording.stand_ins.faults
    await faults.add("chargePayment", FaultKind.EFFECT_THEN_DROP, match={"subscription_id": "D-5"}, times=1)
    return await within(
        recording,
        await begun(recording, "subscription", subscriptionId="D-5"),
        ".chargeAndProvision.takeMoney",
    )


async def second_provider(recording: Recording) -> Handle:
    return await begun(recording, "subscription", subscriptionId="D-6", paymentMethod="tok_declined")


async def plan_not_offered(recording: Recording) -> Handle:
    handle = await begun(recording, "subscription", subscriptionId="D-7", plan="retired-plan")
    return await within(recording, handle, ".chargeAndProvision")


async def on_prepayment(recording: Recording) -> Handle:
    handle = await approved(recording.playing, "D-8")
    await paid(handle, "D-8")
    return handle


async def cancelled_before_payment(recording: Recording) -> Handle:
    handle = await approved(recording.playing, "D-9")
    await recording.playing.until(handle, lambda status: status.waiting_for == "event:events")
    await handle.cancel()
    return handle


async def judged_by_a_person(recording: Recording) -> Handle:
    handle = await begun(recording, "support-triage", text="I have no idea.")
    status = await recording.playing.until(handle, lambda status: bool(status.approvals))
    given = {"team": "accounts", "urgent": False}
    name = status.approvals[0].name
    said = {"approval": name, "decision": "approve", "by": "grace", "input": given}
    await handle.execute_update("decide", said)
    return handle


STORIES: Stories = {
    "order-completed": order_completed,
    "order-undone": order_undone,
    "order-retried": order_retried,
    "order-held": order_held,
    "charge-found": charge_found,
    "second-provider": second_provider,
    "plan-not-offered": plan_not_offered,
    "on-prepayment": on_prepayment,
    "cancelled-before-payment": cancelled_before_payment,
    "judged-by-a-person": judged_by_a_person,
}
