"""Invoices to play, and what people say to them."""

from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from models.erp import PostedInvoice
from models.invoice import Amended, Amendment, Invoice, PaymentStop, PaymentStopped, Terms
from saga import Decided, Decision
from saga.status import ApprovalStatus
from tests.workflows.playing import Handle, Playing

FLOW = "invoice"
APPROVAL = "invoice"
LONG_AGO = date(2026, 1, 5)


def invoice(
    name: str,
    *,
    amount: str = "480.00",
    supplier: str = "L-1",
    cost_centre: str = "K-100",
    account: str = "DE02120300000000202051",
    due_on: date = LONG_AGO,
    terms: Terms | None = None,
) -> Invoice:
    """One with a number of its own, that ada asks to be paid."""
    return Invoice(
        invoice_id=name,
        requester="ada",
        approvers="team-leads",
        supplier_id=supplier,
        supplier_account=account,
        invoice_number=name,
        cost_centre=cost_centre,
        amount=Decimal(amount),
        currency="EUR",
        due_on=due_on,
        terms=terms or Terms(),
    )


def in_days(days: int) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()


async def asked(playing: Playing, handle: Handle) -> ApprovalStatus:
    """What people are asked, as soon as they are."""
    status = await playing.until(handle, lambda found: bool(found.approvals))
    return status.approvals[0]


async def decide(
    playing: Playing,
    handle: Handle,
    *people: str,
    verdict: Literal["approve", "reject"] = "approve",
    comment: str = "",
    digest: str | None = None,
) -> list[Decided]:
    """Each of them decides on what is asked now, unless a digest says what they have seen."""
    digest = digest or (await asked(playing, handle)).digest
    said = [
        Decision(approval=APPROVAL, decision=verdict, by=person, comment=comment, digest=digest)
        for person in people
    ]
    return [await handle.execute_update("decide", one, result_type=Decided) for one in said]


async def amend(handle: Handle, amount: str, *, by: str = "ada") -> Amended:
    told = Amendment(amount=Decimal(amount), by=by, reason="the second page was missing")
    receipt: Amended = await handle.execute_update("amend", told, result_type=Amended)
    return receipt


async def stop_payment(handle: Handle) -> PaymentStopped:
    told = PaymentStop(by="olivia", reason="the goods were sent back")
    receipt: PaymentStopped = await handle.execute_update("stop_payment", told, result_type=PaymentStopped)
    return receipt


async def posted(playing: Playing, handle: Handle) -> PostedInvoice:
    """What the ERP has made of it."""
    (made,) = await playing.stand_ins.effects(correlation_id=handle.id, operation="postInvoice")
    return PostedInvoice(id=made.resource_id, status="posted")


async def refused(message: Awaitable[object]) -> str | None:
    """Why a message is not acted upon."""
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await message
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause.type


async def until_scheduled(playing: Playing, handle: Handle) -> None:
    """The payment waits for its date."""
    await playing.until(handle, lambda found: "alarm:payment" in (found.waiting_for or ""))
