"""The stories of the invoice that are recorded."""

from datetime import date, timedelta

from models.invoice import Terms
from models.invoice_forms import transfer
from services.backstage.faults import FaultKind
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.invoicing import (
    FLOW,
    amend,
    asked,
    decide,
    invoice,
    posted,
    stop_payment,
    until_scheduled,
)

FAR_OFF = date(2099, 12, 31)
URGENT = Terms(
    remind_every=timedelta(seconds=1),
    deputies_after=timedelta(seconds=1.5),
    heads_after=timedelta(seconds=2.5),
    decide_within=timedelta(seconds=3),
    around_the_clock=True,
)


async def completed(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, invoice("completed"))
    await decide(recording.playing, handle, "grace")
    return handle


async def four_eyes(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, invoice("large", amount="2000.00"))
    await decide(recording.playing, handle, "grace", "heidi")
    return handle


async def amended(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, invoice("amended"))
    await asked(recording.playing, handle)
    await amend(handle, "2000.00")
    await decide(recording.playing, handle, "grace")
    await amend(handle, "2500.00")
    await decide(recording.playing, handle, "heidi", "grace")
    return handle


async def rejected(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, invoice("rejected"))
    await decide(recording.playing, handle, "heidi", verdict="reject", comment="never delivered")
    return handle


async def escalated(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, invoice("escalated", terms=URGENT))
    await recording.playing.until(
        handle, lambda found: bool(found.approvals and found.approvals[0].escalated)
    )
    await decide(recording.playing, handle, "judy")
    return handle


async def expired(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, invoice("expired", terms=URGENT))


async def scheduled(recording: Recording, name: str) -> Handle:
    """Posted, and far from its date."""
    handle = await recording.playing.start(FLOW, invoice(name, due_on=FAR_OFF))
    await decide(recording.playing, handle, "grace")
    await until_scheduled(recording.playing, handle)
    return handle


async def payment_stopped(recording: Recording) -> Handle:
    handle = await scheduled(recording, "stopped")
    await stop_payment(handle)
    return handle


async def cancelled_before_the_date(recording: Recording) -> Handle:
    handle = await scheduled(recording, "cancelled")
    await handle.cancel()
    return handle


async def supplier_unknown(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, invoice("no-supplier", supplier="unknown-7"))


async def posting_unknown(recording: Recording) -> Handle:
    asked_for = invoice("posting-unknown")
    match = {"invoice_number": asked_for.invoice_number}
    await recording.stand_ins.faults.add("postInvoice", FaultKind.MALFORMED, match=match)
    handle = await recording.playing.start(FLOW, asked_for)
    await decide(recording.playing, handle, "grace")
    return handle


async def account_corrected(recording: Recording) -> Handle:
    owed = invoice("closed-account", account="XX001")
    handle = await recording.playing.start(FLOW, owed)
    await decide(recording.playing, handle, "grace")
    incident = await recording.playing.incident(handle)
    right = owed.model_copy(update={"supplier_account": "DE02120300000000202051"})
    corrected = transfer(right, await posted(recording.playing, handle))
    await recording.playing.resolve(handle, incident.id, "retry", corrected=corrected)
    return handle


STORIES: Stories = {
    "completed": completed,
    "four-eyes": four_eyes,
    "amended": amended,
    "rejected": rejected,
    "escalated": escalated,
    "expired": expired,
    "payment-stopped": payment_stopped,
    "cancelled-before-the-date": cancelled_before_the_date,
    "supplier-unknown": supplier_unknown,
    "posting-unknown": posting_unknown,
    "account-corrected": account_corrected,
}
