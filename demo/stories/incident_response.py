"""The stories of the incident response: paged until somebody answers, and once for one thing; nothing is run blindly."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from saga.status import FlowState

PAGE = "sendPage"
ALL = (PAGE, "runRunbook", "openTask")
POST_MORTEM = "post-mortem"


async def _answered(performance: Performance) -> None:
    await performance.start()
    await performance.called(PAGE)
    await _acknowledge(performance, by="grace")
    await _written(performance, by="grace")


async def _repeated(performance: Performance) -> None:
    for number in (1, 2, 2, 3):
        await performance.tell({"event_id": f"{performance.id}-{number}"})
    await performance.called(PAGE)
    await _acknowledge(performance, by="grace")
    await _written(performance, by="grace")


async def _nobody_answers(performance: Performance) -> None:
    firing = {"fingerprint": performance.input.model_dump()["fingerprint"], "service": "drill"}
    await performance.stage.stand_ins.post("/monitoring/alerts", firing)
    await performance.start()
    await performance.called(PAGE, times=3)
    await _acknowledge(performance, by="ada")
    await _written(performance, by="ada")


async def _runbook_refused(performance: Performance) -> None:
    await performance.script("automation", "runRunbook", "refuse")
    await performance.start()
    await performance.called(PAGE)
    await _acknowledge(performance, by="grace")
    await performance.until(FlowState.NEEDS_ATTENTION)
    await performance.resolve("retry", reason="the change freeze is lifted")
    await _written(performance, by="grace")


async def _acknowledge(performance: Performance, *, by: str) -> None:
    """As the one who was paged does it, with the pager or in a terminal."""
    await performance.update("acknowledge", {"by": by})


async def _written(performance: Performance, *, by: str) -> None:
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    await performance.decide_as(by, POST_MORTEM)
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *ALL)
    yield from checks.in_order(seen, PAGE, "runRunbook", "getAlert", "openTask", "closeTask")


def _climbed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, PAGE, PAGE, PAGE, "openTask")


def _joined(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    mailbox = seen.view.mailboxes[0]
    if (mailbox.received, mailbox.duplicates) != (4, 1):
        yield f"there were {mailbox.received} alerts, {mailbox.duplicates} of them twice"


def _resolved(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *ALL)
    if "incident" not in [announcement.kind for announcement in seen.view.announcements]:
        yield "nobody was told of the refused runbook"


STORIES: Sequence[Story] = (
    Story(
        title="Somebody is paged, and answers",
        before="The runbook of the alert is run then, the alert is seen to be clear, and a post-mortem is asked for.",
        after=lambda _: "Completed: one page, one runbook, a post-mortem that is written.",
        input="incident-response.json",
        play=_answered,
        deviations=_completed,
    ),
    Story(
        title="The alert is repeated, and one of its messages comes twice",
        before="The monitoring tells of it four times: the first opens the response, the others join it.",
        after=lambda seen: (
            f"Completed: {seen.view.mailboxes[0].received} messages, one of them twice, and one page."
        ),
        input="incident-response.json",
        play=_repeated,
        deviations=_joined,
    ),
    Story(
        title="Nobody answers for long",
        before="One rung after the other is paged, in this drill after a second each, up to the last one.",
        after=lambda seen: f"Completed: {len(seen.calls_of(PAGE))} pages until somebody had it.",
        input="incident-response-drill.json",
        play=_nobody_answers,
        deviations=_climbed,
    ),
    Story(
        title="The runbook is refused",
        before="The service must not be changed now. That is no decision for a program: it waits, and ops are told.",
        after=lambda _: "Completed: a person had the freeze lifted, and the runbook run.",
        input="incident-response.json",
        play=_runbook_refused,
        deviations=_resolved,
    ),
)

CHAPTER = Chapter(
    flow="incident-response",
    heading="paged until somebody answers",
    id_field="fingerprint",
    stories=STORIES,
)
