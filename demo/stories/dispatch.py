"""The stories of the dispatch: who needs whom, and what a partial result is good for."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import FlowState, StepState

DELIVER = "deliverMessage"
PARTNERS = 7


async def _one_is_slow(performance: Performance) -> None:
    await performance.script(
        "partners",
        DELIVER,
        "slow",
        match={"correlation_id": performance.id, "partner": "billing"},
    )
    await let_it_run(performance)


async def _one_refuses(performance: Performance) -> None:
    await performance.script(
        "partners", DELIVER, "refuse", match={"correlation_id": performance.id, "partner": "billing"}
    )
    await let_it_run(performance)


def _all_reached(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *[DELIVER] * 2)


def _overlapping(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *[DELIVER] * PARTNERS)
    reached = [step.name for step in seen.view.steps]
    if reached.index("deliver_warehouse") > reached.index("deliver_invoices"):
        yield f"they were reached in the order {reached}: warehouse had to wait for billing"


def _partial(seen: Evidence) -> Iterator[str]:
    if seen.view.status is not FlowState.COMPLETED:
        yield f"the flow ended {seen.view.status}"
    failed = [step.name for step in seen.view.steps if step.status is StepState.SKIPPED]
    if failed != ["deliver_billing"] or len(seen.open) != 1:
        yield f"not reached were {failed}, and {len(seen.open)} deliveries stand"


def _none(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="PartialDispatch", undone=["deliver_crm"])
    if len(seen.calls_of(DELIVER)) != 2:  # noqa: PLR2004 - the one that was reached, and the one that refused
        yield "a partner was tried although the one before it had failed"


STORIES: Sequence[Story] = (
    Story(
        title="Two partners get a message",
        before="Neither needs the other, so both are reached at the same time.",
        after=lambda _: "Completed: two deliveries.",
        input="dispatch.json",
        play=let_it_run,
        deviations=_all_reached,
    ),
    Story(
        title="Seven partners, some of which need others",
        before="Billing takes two seconds. Whoever does not need it is not held up.",
        after=lambda _: "Completed: logistics and warehouse had the message before invoices could begin.",
        input="dispatch-partly-dependent.json",
        play=_one_is_slow,
        deviations=_overlapping,
    ),
    Story(
        title="One of two refuses, and the other is kept",
        before="The request says: keep what was delivered.",
        after=lambda _: (
            "Completed with a partial success: each partner's own result or error is in the answer."
        ),
        input="dispatch.json",
        play=_one_refuses,
        deviations=_partial,
    ),
    Story(
        title="All or none",
        before="Three in a chain; the second refuses, and the request says: compensate.",
        after=lambda _: (
            "Compensated: the first delivery is recalled, the third was never tried, and ops know."
        ),
        input="dispatch-all-or-none.json",
        play=let_it_run,
        deviations=_none,
    ),
)

CHAPTER = Chapter(
    flow="dispatch",
    heading="one message for several partners",
    id_field="dispatch_id",
    stories=STORIES,
)
