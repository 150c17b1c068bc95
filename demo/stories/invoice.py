"""The stories of the invoice: who approves it, what changes meanwhile, and a payment that waits for its date."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from runtime.refusals import MessageRefused
from saga.status import ApprovalStatus, FlowState

APPROVAL = "invoice"
PAID = ("postInvoice", "transferPayment", "clearInvoice")
AMENDMENT = {"amount": "14800.00", "by": "ada", "reason": "the second page was missing"}
STOP = {"by": "olivia", "reason": "the goods were sent back"}


async def _asked(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)


async def _one_person(performance: Performance) -> None:
    await _asked(performance)
    await performance.decide_as("grace", APPROVAL)
    await performance.follow()


async def _two_people(performance: Performance) -> None:
    await _asked(performance)
    await performance.decide_as("grace", APPROVAL)
    try:
        await performance.decide_as("ada", APPROVAL)
    except MessageRefused as refused:
        performance.screen.note(str(refused))
    await performance.decide_as("heidi", APPROVAL)
    await performance.follow()


async def _left_lying(performance: Performance) -> None:
    await _asked(performance)
    await performance.until_seen(lambda view: any(approval.escalated for approval in view.approvals))
    await performance.decide_as("judy", APPROVAL)
    await performance.follow()


async def _amended(performance: Performance) -> None:
    await _asked(performance)
    await performance.decide_as("grace", APPROVAL)
    await performance.update("amend", AMENDMENT)
    await performance.decide_as("heidi", APPROVAL)
    await performance.decide_as("grace", APPROVAL)
    await performance.follow()


async def _stopped(performance: Performance) -> None:
    await _asked(performance)
    await performance.decide_as("grace", APPROVAL)
    await performance.until_seen(lambda view: "alarm:payment" in (view.waiting_for or ""))
    await performance.update("stop_payment", STOP)
    await performance.follow()


async def _answer_lost(performance: Performance) -> None:
    await performance.script("erp", "postInvoice", "effect_then_drop")
    await _one_person(performance)


class Paid:
    """Paid once, and approved by these."""

    def __init__(self, *people: str) -> None:
        self._people = list(people)

    def __call__(self, seen: Evidence) -> Iterator[str]:
        yield from checks.completed(seen, *PAID)
        found = [decision.by for decision in _approval(seen).decisions if not decision.lapsed]
        if found != self._people:
            yield f"approved by {found}, not by {self._people}"


def _escalated(seen: Evidence) -> Iterator[str]:
    yield from Paid("judy")(seen)
    if not _approval(seen).reminded:
        yield "nobody was reminded"


def _asked_again(seen: Evidence) -> Iterator[str]:
    yield from Paid("heidi", "grace")(seen)
    if [decision.by for decision in _approval(seen).decisions if decision.lapsed] != ["grace"]:
        yield "the first decision has not lapsed"


def _reversed(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="PaymentStopped", undone=["post_invoice"])
    yield from checks.never_called(seen, "transferPayment")


def _posted_once(seen: Evidence) -> Iterator[str]:
    yield from Paid("grace")(seen)
    yield from checks.called_again_with_one_effect(seen, "postInvoice")


def _approval(seen: Evidence) -> ApprovalStatus:
    return seen.view.approvals[0]


STORIES: Sequence[Story] = (
    Story(
        title="A small invoice takes one person",
        before="The ERP is asked whether it would take it. Then any of the team leads may approve.",
        after=lambda _: "Completed: posted, paid and cleared.",
        input="invoice.json",
        play=_one_person,
        deviations=Paid("grace"),
    ),
    Story(
        title="A large invoice takes two",
        before="Two different people, and not ada, who asks for the payment.",
        after=lambda _: "Completed: approved by grace and heidi; ada was refused.",
        input="invoice-large.json",
        play=_two_people,
        deviations=Paid("grace", "heidi"),
    ),
    Story(
        title="Nobody decides",
        before="The team leads are reminded, then their deputy is asked too: here after seconds, else after days.",
        after=lambda _: "Completed: approved by the deputy, who could not have before.",
        input="invoice-urgent.json",
        play=_left_lying,
        deviations=_escalated,
    ),
    Story(
        title="The amount is changed after the first approval",
        before="What was approved is not what is to be paid: both are asked again.",
        after=lambda _: (
            "Completed: the first approval has lapsed; the new amount was approved twice, and paid."
        ),
        input="invoice-large.json",
        play=_amended,
        deviations=_asked_again,
    ),
    Story(
        title="The payment is stopped before its date",
        before="It is approved and posted, and would be paid at the end of 2099.",
        after=lambda _: "Compensated: the posting is reversed, and nothing was paid.",
        input="invoice-later.json",
        play=_stopped,
        deviations=_reversed,
    ),
    Story(
        title="The ERP posts it, and the answer is lost",
        before="The SOAP message is sent again, with the same id in its header.",
        after=lambda seen: f"Completed: asked {len(seen.calls_of('postInvoice'))} times, posted once.",
        input="invoice.json",
        play=_answer_lost,
        deviations=_posted_once,
    ),
)

CHAPTER = Chapter(
    flow="invoice",
    heading="who approves it, what changes meanwhile, and when it is paid",
    id_field="invoice_id",
    stories=STORIES,
    own={"invoice_number": "{}"},
)
