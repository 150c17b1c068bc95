"""The waits of the invoice, on a server that skips time: people who do not decide, and a date that is far off."""

from collections import Counter
from datetime import date, timedelta

from saga.calendar import due
from saga.status import ApprovalStatus
from tests.endings import end_of
from tests.workflows.invoicing import FLOW, asked, decide, invoice, refused, until_scheduled
from tests.workflows.playing import Handle, Playing
from workflows.invoice import OFFICE_HOURS

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def worked(playing: Playing, handle: Handle, begin: int, end: int) -> ApprovalStatus:
    """What is asked when so many working days have passed since it was asked first, and a minute."""
    assert playing.skip
    first = (await asked(playing, handle)).asked_at
    await playing.skip(due(first, end * DAY, OFFICE_HOURS) - due(first, begin * DAY, OFFICE_HOURS) + MINUTE)
    return await asked(playing, handle)


async def today(playing: Playing) -> date:
    """As the server's clock has it, which other tests have put forward; to wait for this flow would do so, too."""
    handle = await playing.start(FLOW, invoice("clock", supplier="unknown-1"))
    return (await handle.describe()).start_time.date()


async def told(playing: Playing, handle: Handle) -> Counter[tuple[str, str]]:
    """What of the approval was told to whom."""
    messages = await playing.stand_ins.told(handle.id)
    return Counter((message.kind, message.to) for message in messages)


async def test_an_invoice_that_is_left_goes_up_the_ladder(patient: Playing) -> None:
    """First the approvers' deputy may decide too, then the heads; each is told when it is up to them."""
    handle = await patient.start(FLOW, invoice("left"))
    first = await asked(patient, handle)
    too_early = await refused(decide(patient, handle, "judy"))
    second = await worked(patient, handle, 0, 2)
    third = await worked(patient, handle, 2, 4)
    await decide(patient, handle, "olivia")

    assert await end_of(handle) == "completed"
    assert "NotADecider" == too_early
    assert (("grace", "heidi"), ()) == (first.deciders, first.escalated)
    assert (("grace", "heidi", "judy"), ("deputies",)) == (second.deciders, second.escalated)
    assert ("grace", "heidi", "judy", "olivia") == third.deciders
    assert ("deputies", "heads-of-finance") == third.escalated
    heard = await told(patient, handle)
    assert {("approval", "grace"), ("approval", "heidi")} < heard.keys()
    assert (1, 1) == (heard["approval_escalation", "judy"], heard["approval_escalation", "olivia"])
    assert 4 == heard["approval_reminder", "heidi"]


async def test_an_invoice_that_nobody_decides_on_expires(patient: Playing) -> None:
    """After five working days, and nothing is posted."""
    handle = await patient.start(FLOW, invoice("expired"))
    approval = await asked(patient, handle)

    assert await end_of(handle) == "ApprovalTimedOut"
    assert due(approval.asked_at, 5 * DAY, OFFICE_HOURS) == approval.deadline
    assert Counter() == await patient.open(handle)


async def test_one_of_two_is_not_enough(patient: Playing) -> None:
    """A large invoice that one person has approved expires as well."""
    handle = await patient.start(FLOW, invoice("half", amount="5000.00"))
    await decide(patient, handle, "grace")

    assert await end_of(handle) == "ApprovalTimedOut"
    assert Counter() == await patient.open(handle)


async def test_it_is_paid_on_its_date_and_not_before(patient: Playing) -> None:
    """Two months the payment waits; the posting stands meanwhile."""
    assert patient.skip
    in_two_months = await today(patient) + 60 * DAY
    handle = await patient.start(FLOW, invoice("in-two-months", due_on=in_two_months))
    await decide(patient, handle, "grace")
    await until_scheduled(patient, handle)
    await patient.skip(58 * DAY)
    before = await patient.open(handle)

    assert await end_of(handle) == "completed"
    assert Counter(["postInvoice"]) == before
    assert {"transferPayment", "clearInvoice"} < (await patient.open(handle)).keys()
