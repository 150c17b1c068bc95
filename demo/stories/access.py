"""The stories of access: it begins with a manager's word, and ends on its day, or before, whatever else happens."""

from collections import Counter
from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from runtime.refusals import MessageRefused
from runtime.status import FlowView
from saga.status import FlowState

GRANT = ("patchUser", "patchGroup")
"""Its reason, and the membership; each again when it is taken away."""

EARLY_END = {"by": "judy", "reason": "has changed teams"}


async def _granted(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    await performance.decide_as("grace", "access")


async def _let_it_end(performance: Performance) -> None:
    await _granted(performance)
    await performance.follow()


async def _four_eyes(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    try:
        await performance.decide_as("ada", "access")
    except MessageRefused as refused:
        performance.screen.note(str(refused))
    await performance.decide_as("grace", "access")
    await performance.follow()


async def _ended_early(performance: Performance) -> None:
    await _granted(performance)
    await performance.until_seen(_stands)
    await performance.update("revoke", EARLY_END)
    await performance.follow()


async def _cancelled(performance: Performance) -> None:
    await _granted(performance)
    await performance.until_seen(_stands)
    await performance.cancel(reason="asked for by mistake")
    await performance.follow()


async def _killed(performance: Performance) -> None:
    await _granted(performance)
    await performance.until_seen(_stands)
    await performance.kill_worker()
    await performance.restart_worker()
    await performance.follow()


async def _not_revoked(performance: Performance) -> None:
    await _granted(performance)
    await performance.until_seen(_stands)
    await performance.script("directory", "patchGroup", "refuse")
    await performance.update("revoke", EARLY_END)
    await performance.until(FlowState.NEEDS_ATTENTION)
    await performance.resolve("retry", reason="the group is open for changes again")
    await performance.follow()


def _stands(view: FlowView) -> bool:
    return "access ends" in (view.waiting_for or "")


def _revoked(seen: Evidence) -> Iterator[str]:
    """Given once, and taken away: nothing is left of it."""
    if seen.view.status is not FlowState.COMPLETED:
        yield f"the flow ended {seen.view.status}: {seen.view.error}"
    yield from _nothing_left(seen)


def _nothing_left(seen: Evidence) -> Iterator[str]:
    if Counter(effect.operation for effect in seen.effects) != Counter(GRANT):
        yield f"given was {[effect.operation for effect in seen.effects]}, not {list(GRANT)}"
    yield from (f"{effect.operation} is still open" for effect in seen.open)


def _called_back(seen: Evidence) -> Iterator[str]:
    yield from _revoked(seen)
    if len(seen.calls_of("getGroup")) != 1:
        yield f"the directory was asked {len(seen.calls_of('getGroup'))} times, not once"


def _half(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="GroupLocked", undone=["record_entitlement"])


def _cancelled_and_revoked(seen: Evidence) -> Iterator[str]:
    if seen.view.status is not FlowState.CANCELLED:
        yield f"the flow ended {seen.view.status}"
    yield from _nothing_left(seen)


STORIES: Sequence[Story] = (
    Story(
        title="Access for a moment",
        before="Who asks for it may not approve it; the manager does. It is to last two seconds.",
        after=lambda _: "Completed: given, and taken away on time.",
        input="access-a-moment.json",
        play=_four_eyes,
        deviations=_revoked,
    ),
    Story(
        title="Access for three months ends early",
        before="Somebody has changed teams, and it is revoked at once, with the name of who said so and why.",
        after=lambda _: "Completed: taken away three months before its day.",
        input="access.json",
        play=_ended_early,
        deviations=_revoked,
    ),
    Story(
        title="The flow is cancelled",
        before="While access stands, to undo it is to revoke it.",
        after=lambda _: "Cancelled: first the access was taken away, then the record of its reason.",
        input="access.json",
        play=_cancelled,
        deviations=_cancelled_and_revoked,
    ),
    Story(
        title="The worker is killed while access stands",
        before="SIGKILL; a new worker has never seen the access given.",
        after=lambda _: "Completed: taken away on time all the same.",
        input="access-a-moment.json",
        play=_killed,
        deviations=_revoked,
    ),
    Story(
        title="The directory only accepts",
        before="It answers 202, and calls back a moment later: a hint on which it is asked.",
        after=lambda _: "Completed: asked once, and not after half a minute.",
        input="access-slow-group.json",
        play=_let_it_end,
        deviations=_called_back,
    ),
    Story(
        title="Access is half given",
        before="The reason is on record, and then the group takes no new members.",
        after=lambda _: "Compensated: the record is gone again.",
        input="access-locked-group.json",
        play=_let_it_end,
        deviations=_half,
    ),
    Story(
        title="The directory refuses to take it away",
        before="To revoke is never given up: it waits for a person, who is told again and again.",
        after=lambda _: "Completed: a person had it tried again.",
        input="access.json",
        play=_not_revoked,
        deviations=_revoked,
    ),
)

CHAPTER = Chapter(
    flow="access",
    heading="access that ends, whatever else happens",
    id_field="request_id",
    stories=STORIES,
    own={"user": "{}"},
)
