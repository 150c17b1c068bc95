"""The stories of the registration: the account is there at once, and what comes behind never takes it away."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from saga.status import FlowState

ACCOUNT = "createAccount"
ALL = (ACCOUNT, "sendNotification", "createMarketingProfile")


async def _answer_and_follow(performance: Performance) -> None:
    await performance.start_for_answer()
    await performance.follow()


async def _address_taken(performance: Performance) -> None:
    await performance.script("accounts", ACCOUNT, "refuse")
    await performance.start()
    await performance.follow()


async def _mail_is_down(performance: Performance) -> None:
    await performance.script("notifications", "sendNotification", "unavailable", times=None)
    await performance.start_for_answer()
    await performance.show()
    await performance.repair()
    await performance.follow()


async def _mail_refused(performance: Performance) -> None:
    await performance.script("notifications", "sendNotification", "refuse")
    await performance.start_for_answer()
    await performance.until(FlowState.NEEDS_ATTENTION)
    await performance.resolve("retry", reason="the address is known again")
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *ALL)


def _refused(seen: Evidence) -> Iterator[str]:
    yield from checks.refused(seen, because="EmailTaken")
    yield from checks.never_called(seen, "sendNotification")


def _resolved(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    if "incident" not in [announcement.kind for announcement in seen.view.announcements]:
        yield "nobody was told of the incident"


STORIES: Sequence[Story] = (
    Story(
        title="Somebody registers",
        before="The account is made and answered; the welcome mail and the marketing profile follow side by side.",
        after=lambda _: "Completed: an account, a mail, a profile.",
        input="registration.json",
        play=_answer_and_follow,
        deviations=_completed,
    ),
    Story(
        title="The e-mail address is taken",
        before="The accounts have it already.",
        after=lambda _: "Refused with EmailTaken: nothing was done, and nobody was written to.",
        input="registration.json",
        play=_address_taken,
        deviations=_refused,
    ),
    Story(
        title="The mail service is down",
        before="The newcomer is answered all the same. The mail is tried again and again, until the service is back.",
        after=lambda seen: (
            f"Completed: the mail was tried {len(seen.calls_of('sendNotification'))} times, sent once."
        ),
        input="registration.json",
        play=_mail_is_down,
        deviations=_completed,
    ),
    Story(
        title="The welcome mail is refused",
        before="The account stands. The mail waits for a person, for days if need be, and ops are told.",
        after=lambda _: "Completed: a person had it sent once more.",
        input="registration.json",
        play=_mail_refused,
        deviations=_resolved,
    ),
)

CHAPTER = Chapter(
    flow="registration",
    heading="an answer at once, and what follows behind",
    id_field="registration_id",
    stories=STORIES,
    own={"email": "{}@example.com"},
)
