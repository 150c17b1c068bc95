"""The invoice from its start to what the downstreams remember of it."""

from collections import Counter
from decimal import Decimal

import pytest
from pydantic import JsonValue

from models.invoice import InvoiceResult
from models.invoice_forms import transfer
from saga import FlowState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE, end_of, status_of
from tests.workflows.invoicing import (
    FLOW,
    amend,
    asked,
    decide,
    in_days,
    invoice,
    posted,
    refused,
    stop_payment,
    until_scheduled,
)
from tests.workflows.playing import Handle, Playing

PAID = Counter(["postInvoice", "transferPayment", "clearInvoice"])
BEFORE_PEOPLE = Counter(["checkInvoice", "findMembers", "findMembers"])


async def result_of(handle: Handle) -> InvoiceResult:
    return InvoiceResult.model_validate(await handle.result(rpc_timeout=PATIENCE))


async def test_a_small_invoice_takes_one_person(playing: Playing) -> None:
    """It is posted, paid and cleared, each once; the result says who has approved it."""
    handle = await playing.start(FLOW, invoice("small"))
    await decide(playing, handle, "grace")

    result = await result_of(handle)
    made = {
        effect.operation: effect.resource_id
        for effect in await playing.stand_ins.effects(correlation_id=handle.id)
    }
    assert (made["postInvoice"], made["transferPayment"]) == (result.document_id, result.payment_id)
    assert ("grace",) == result.approved_by
    assert PAID == await playing.open(handle)
    assert BEFORE_PEOPLE + PAID == Counter(await playing.operations(handle))


async def test_a_large_invoice_takes_two_people(playing: Playing) -> None:
    """Two different ones of the group; who asks for the payment, who has decided, and strangers are refused."""
    handle = await playing.start(FLOW, invoice("large", amount="1000.01"))
    (first,) = await decide(playing, handle, "grace")
    meanwhile = await playing.operations(handle)
    reasons = [await refused(decide(playing, handle, person)) for person in ("Grace", "ada", "mallory")]
    (second,) = await decide(playing, handle, "heidi")

    assert [1, 0] == [first.missing, second.missing]
    assert BEFORE_PEOPLE == Counter(meanwhile)
    assert ["AlreadyDecided", "NotADecider", "NotADecider"] == reasons
    assert ("grace", "heidi") == (await result_of(handle)).approved_by


async def test_a_rejected_invoice_is_not_posted(playing: Playing) -> None:
    """One rejection ends it, also beside an approval."""
    handle = await playing.start(FLOW, invoice("rejected", amount="2000.00"))
    await decide(playing, handle, "grace")
    await decide(playing, handle, "heidi", verdict="reject", comment="never delivered")

    assert await end_of(handle) == "ApprovalRejected"
    assert BEFORE_PEOPLE == Counter(await playing.operations(handle))


@pytest.mark.parametrize(
    ("supplier", "ends"), [("unknown-7", "SupplierUnknown"), ("blocked-7", "SupplierBlocked")]
)
async def test_an_invoice_that_the_erp_does_not_take(supplier: str, ends: str, playing: Playing) -> None:
    """Nobody is asked."""
    handle = await playing.start(FLOW, invoice(supplier, supplier=supplier))

    assert await end_of(handle) == ends
    assert ["checkInvoice"] == await playing.operations(handle)
    assert () == (await status_of(handle)).approvals


async def test_an_invoice_that_is_posted_already(playing: Playing) -> None:
    """The same number of the same supplier is not paid twice, whatever the case is called."""
    first = await playing.start(FLOW, invoice("once"))
    await decide(playing, first, "grace")
    await first.result(rpc_timeout=PATIENCE)
    again = invoice("again").model_copy(update={"invoice_number": "once"})
    second = await playing.start(FLOW, again)

    assert await end_of(second) == "AlreadyPosted"


async def test_a_refused_posting_leaves_nothing(playing: Playing) -> None:
    """The cost centre was closed while people decided: nothing is posted, and nothing paid."""
    handle = await playing.start(FLOW, invoice("closed", cost_centre="closed-1"))
    await decide(playing, handle, "grace")

    assert await end_of(handle) == "CostCentreClosed"
    assert Counter() == await playing.open(handle)
    assert "transferPayment" not in await playing.operations(handle)


async def test_another_amount_is_asked_for_again(playing: Playing) -> None:
    """What was decided on the first amount lapses; who has not seen the new one cannot decide; the new one is paid."""
    handle = await playing.start(FLOW, invoice("amended", amount="2000.00"))
    before = await asked(playing, handle)
    await decide(playing, handle, "grace")
    receipt = await amend(handle, "2500.00")
    reason = await refused(decide(playing, handle, "heidi", digest=before.digest))
    await decide(playing, handle, "heidi", "grace")

    result = await result_of(handle)
    approval = (await status_of(handle)).approvals[0]
    assert (Decimal("2500.00"), 2) == (receipt.amount, receipt.approvals)
    assert "OutdatedDecision" == reason
    assert [("grace", True), ("heidi", False), ("grace", False)] == [
        (decision.by, decision.lapsed) for decision in approval.decisions
    ]
    assert "ada changed it from 2000.00 EUR: the second page was missing" in approval.summary
    assert (Decimal("2500.00"), ("heidi", "grace")) == (result.amount, result.approved_by)


async def test_another_amount_is_posted_and_paid(playing: Playing) -> None:
    """The ERP posts, and the bank transfers, what was approved last."""
    handle = await playing.start(FLOW, invoice("posted-anew"))
    await asked(playing, handle)
    await amend(handle, "481.50")
    await decide(playing, handle, "grace")
    await result_of(handle)

    steps = {step.name: step.input for step in (await status_of(handle)).steps}
    amounts = [_amount(steps[name]) for name in ("check_invoice", "post_invoice", "transfer_payment")]
    assert ["480.00", "481.50", "481.50"] == amounts


def _amount(given: JsonValue) -> JsonValue:
    assert isinstance(given, dict)
    return given["amount"]


@pytest.mark.parametrize(("before", "after", "people"), [("999.00", "1001.00", 2), ("1001.00", "999.00", 1)])
async def test_another_amount_may_take_more_people_or_fewer(
    before: str, after: str, people: int, playing: Playing
) -> None:
    """As the new amount has it, whatever the old one took."""
    handle = await playing.start(FLOW, invoice(f"from-{before}", amount=before))
    await asked(playing, handle)
    receipt = await amend(handle, after)
    decided = await decide(playing, handle, *("grace", "heidi")[:people])

    assert people == receipt.approvals
    assert 0 == decided[-1].missing
    assert Decimal(after) == (await result_of(handle)).amount


async def test_who_may_change_the_amount_and_when(playing: Playing) -> None:
    """Only who asks for the payment, while people decide; a change that is none is refused as well."""
    handle = await playing.start(FLOW, invoice("fixed", due_on=in_days(30)))
    await asked(playing, handle)
    reasons = [
        await refused(amend(handle, "481.00", by="grace")),
        await refused(amend(handle, "480.00")),
    ]
    await decide(playing, handle, "grace")
    await until_scheduled(playing, handle)
    late = await refused(amend(handle, "481.00"))
    await handle.cancel()

    assert ["NotTheRequester", "NothingToAmend"] == reasons
    assert "NothingToAmend" == late
    assert await end_of(handle) == "CancelledError"


async def test_a_payment_is_stopped_before_its_date(playing: Playing) -> None:
    """The posting is reversed, nothing is paid, and it is said who has stopped it and why."""
    handle = await playing.start(FLOW, invoice("stopped", due_on=in_days(30)))
    await asked(playing, handle)
    early = await refused(stop_payment(handle))
    await decide(playing, handle, "grace")
    await until_scheduled(playing, handle)
    stands = await playing.open(handle)
    await stop_payment(handle)

    assert await end_of(handle) == "PaymentStopped"
    assert "NoPaymentScheduled" == early
    assert Counter(["postInvoice"]) == stands
    assert Counter() == await playing.open(handle)
    status = await status_of(handle)
    assert FlowState.COMPENSATED is status.status
    assert "olivia stopped it: the goods were sent back" in (status.error or "")


async def test_a_cancel_before_the_date_reverses_the_posting(playing: Playing) -> None:
    """As a stop does."""
    handle = await playing.start(FLOW, invoice("cancelled", due_on=in_days(30)))
    await decide(playing, handle, "grace")
    await until_scheduled(playing, handle)
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert Counter() == await playing.open(handle)


async def test_a_posting_whose_answer_is_lost_is_made_once(playing: Playing) -> None:
    """The second message carries the id of the first, so the ERP answers with the document that it has."""
    paid = invoice("lost")
    match = {"invoice_number": paid.invoice_number}
    await playing.stand_ins.faults.add("postInvoice", FaultKind.EFFECT_THEN_DROP, match=match)
    handle = await playing.start(FLOW, paid)
    await decide(playing, handle, "grace")

    await result_of(handle)
    (made,) = await playing.stand_ins.effects(correlation_id=handle.id, operation="postInvoice")
    assert 2 == made.calls


async def test_an_account_that_is_closed_waits_for_a_person(playing: Playing) -> None:
    """The posting stands, as it is owed. With the right account it is paid."""
    owed = invoice("closed-account", account="XX001")
    handle = await playing.start(FLOW, owed)
    await decide(playing, handle, "grace")
    incident = await playing.incident(handle)
    stands = await playing.open(handle)
    right = owed.model_copy(update={"supplier_account": "DE02120300000000202051"})
    corrected = transfer(right, await posted(playing, handle))
    await playing.resolve(handle, incident.id, "retry", corrected=corrected)

    assert await end_of(handle) == "completed"
    assert Counter(["postInvoice"]) == stands
    assert PAID == await playing.open(handle)
