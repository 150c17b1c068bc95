"""The stories of the order that are recorded."""

from saga import Decision
from services.backstage.calls import CallState
from tests.crash.orders import order
from tests.endings import status_of
from tests.eventually import eventually
from tests.histories.recording import Handle, Recording, Stories


async def completed(recording: Recording) -> Handle:
    return await recording.start(order("completed"))


async def payment_refused(recording: Recording) -> Handle:
    declined = order("payment-refused").model_copy(update={"payment_method": "tok_declined"})
    return await recording.start(declined)


async def shipment_refused(recording: Recording) -> Handle:
    return await recording.start(order("shipment-refused", country="AQ"))


async def approved(recording: Recording) -> Handle:
    handle = await recording.waiting(order("approved", quantity=100))
    await handle.execute_update("decide", Decision(approval="large-order", decision="approve", by="ada"))
    return handle


async def rejected_by_signal(recording: Recording) -> Handle:
    handle = await recording.waiting(order("rejected", quantity=100))
    answer = Decision(approval="large-order", decision="reject", by="bob", comment="too much")
    await handle.signal("decide", answer)
    return handle


async def cancelled_while_waiting(recording: Recording) -> Handle:
    handle = await recording.waiting(order("cancelled", quantity=100))
    await handle.cancel()
    return handle


async def killed_and_resumed(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createShipment", "hold_after_effect", match={"order_id": "killed"})
    handle = await recording.start(order("killed"))
    await recording.stand_ins.wait_for_held("createShipment", CallState.HELD_AFTER_EFFECT)
    await recording.worker.kill()
    await recording.worker.start()
    await recording.stand_ins.release()
    return handle


async def capture_refused(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("capturePayment", "refuse")
    handle = await recording.start(order("capture-refused"))
    status = await eventually(lambda: status_of(handle), lambda status: bool(status.incidents))
    retry = {
        "incident": status.incidents[0].id,
        "decision": "retry",
        "by": "ops",
        "reason": "the bank is back",
    }
    await handle.execute_update("resolve", retry)
    return handle


STORIES: Stories = {
    "completed": completed,
    "payment-refused": payment_refused,
    "shipment-refused": shipment_refused,
    "approved": approved,
    "rejected-by-signal": rejected_by_signal,
    "cancelled-while-waiting": cancelled_while_waiting,
    "killed-and-resumed": killed_and_resumed,
    "capture-refused": capture_refused,
}
