"""The story of a ticket feed: what changes begins the flow of its ticket."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story


async def _read_once(performance: Performance) -> None:
    ticket = {"ticket": f"{performance.input.model_dump()['feed']}-ticket", "fields": {"status": "closed"}}
    await performance.stage.stand_ins.post("/desk/tickets", ticket)
    await performance.start()
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)
    if len(seen.calls_of("listDeskChanges")) < 2:  # noqa: PLR2004 - what there is, and that there is no more
        yield "the feed was not read to its end"


STORIES: Sequence[Story] = (
    Story(
        title="A feed is read to its end",
        before="A ticket has changed at the desk. Its flow begins with that change.",
        after=lambda _: "Completed: all that the feed had to tell is handed on.",
        input="ticket-feed-once.json",
        play=_read_once,
        deviations=_completed,
    ),
)

CHAPTER = Chapter(
    flow="ticket-feed",
    heading="what changes in a ticket system reaches the flows of its tickets",
    id_field="feed",
    stories=STORIES,
)
