"""The stories of the subscription: two branches side by side, two payment providers, and one charge at most."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import FlowState

CHARGE = "chargePayment"
BACKUP = "chargeAtBackup"
ALL = (CHARGE, "provisionWorkspace", "sendNotification")


async def _answers_are_lost(performance: Performance) -> None:
    await performance.script("payments", CHARGE, "effect_then_drop", times=None)
    await let_it_run(performance)


async def _nobody_answers(performance: Performance) -> None:
    await performance.script("payments", CHARGE, "drop_connection", times=None)
    await let_it_run(performance)


async def _refused_beside_a_charge(performance: Performance) -> None:
    await performance.script("payments", CHARGE, "slow")
    await let_it_run(performance)


async def _welcome_fails(performance: Performance) -> None:
    await performance.script("notifications", "sendNotification", "error", times=4)
    await performance.start()
    await performance.until(FlowState.NEEDS_ATTENTION)
    await performance.resolve("retry", reason="the mail service is back")
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *ALL)
    yield from checks.never_called(seen, BACKUP)


def _second_provider(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, BACKUP, *ALL[1:])
    yield from checks.in_order(seen, CHARGE, BACKUP)


def _found(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from checks.called_again_with_one_effect(seen, CHARGE)


def _unknown(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="ConnectionLost", undone=["provision", "charge"])
    yield from checks.never_called(seen, BACKUP)
    yield from _told(seen, "undone")


def _not_offered(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="PlanNotOffered", undone=["charge"])
    yield from _told(seen, "undone")


def _welcomed(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from _told(seen, "incident")


def _told(seen: Evidence, kind: str) -> Iterator[str]:
    if kind not in [announcement.kind for announcement in seen.view.announcements]:
        yield f"nobody was told: {kind}"


STORIES: Sequence[Story] = (
    Story(
        title="A subscription is taken out",
        before="The user is checked; then the charge and the workspace are made side by side.",
        after=lambda _: "Completed: charged, provisioned, welcomed.",
        input="subscription.json",
        play=let_it_run,
        deviations=_completed,
    ),
    Story(
        title="The first payment provider refuses",
        before="It declines the card, so it has certainly charged nothing: the second one is tried.",
        after=lambda _: "Completed: charged once, by the second provider.",
        input="subscription-second-provider.json",
        play=let_it_run,
        deviations=_second_provider,
    ),
    Story(
        title="The first provider charges, and its answers are lost",
        before="Each attempt ends without an answer. The provider is asked what it has done under the key.",
        after=lambda seen: (
            f"Completed: asked {len(seen.calls_of(CHARGE))} times under one key, charged once. "
            "The second provider was never called."
        ),
        input="subscription.json",
        play=_answers_are_lost,
        deviations=_found,
    ),
    Story(
        title="Nobody knows whether the first provider has charged",
        before="It answers nothing, and shows no charge as yet. Another charge elsewhere might be a second one.",
        after=lambda _: (
            "Compensated: no second provider, the workspace is gone, a late charge is refused, ops know."
        ),
        input="subscription.json",
        play=_nobody_answers,
        deviations=_unknown,
    ),
    Story(
        title="The plan is not offered any more",
        before="The provisioning refuses while the charge is being made.",
        after=lambda _: "Compensated: the charge was waited for and refunded, and ops know.",
        input="subscription-plan-retired.json",
        play=_refused_beside_a_charge,
        deviations=_not_offered,
    ),
    Story(
        title="The welcome cannot be sent",
        before="It is tried four times. The subscription stands; the welcome waits for a person.",
        after=lambda _: "Completed: a person had it sent once more.",
        input="subscription.json",
        play=_welcome_fails,
        deviations=_welcomed,
    ),
)

CHAPTER = Chapter(
    flow="subscription",
    heading="two branches side by side, and one charge at most",
    id_field="subscription_id",
    stories=STORIES,
)
