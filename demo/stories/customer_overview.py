"""The stories of the customer overview: three reads side by side, and what is said when one of them fails."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import StepState

READS = {"getProfile", "listOrders", "getPreferences"}


async def _preferences_are_down(performance: Performance) -> None:
    await performance.script("preferences", "getPreferences", "unavailable", times=None)
    await let_it_run(performance)


def _complete(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)
    if {call.operation for call in seen.calls} != READS:
        yield f"{sorted(READS)} were to be called"
    yield from (f"{step.name} is {step.status}" for step in seen.view.steps if step.status != "completed")


def _partial(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)
    missing = _missing(seen)
    if missing != ["preferences"]:
        yield f"{missing} are missing, not the preferences alone"


def _missing(seen: Evidence) -> list[str]:
    return [step.name for step in seen.view.steps if step.status is StepState.SKIPPED]


STORIES: Sequence[Story] = (
    Story(
        title="Somebody asks for all about a customer",
        before="Profile, orders and preferences are read side by side, within two seconds.",
        after=lambda _: "Completed: all three parts.",
        input="customer-overview.json",
        play=let_it_run,
        deviations=_complete,
    ),
    Story(
        title="One part is not to be had",
        before="The preferences are down. The overview comes without them, and says so.",
        after=lambda seen: f"Completed, without {', '.join(_missing(seen))}.",
        input="customer-overview.json",
        play=_preferences_are_down,
        deviations=_partial,
    ),
)

CHAPTER = Chapter(
    flow="customer-overview",
    heading="three reads side by side, merged as far as they came",
    id_field="request_id",
    stories=STORIES,
)
