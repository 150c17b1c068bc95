"""The stories of content publishing: the article is stored at once, and never lost over its index."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from saga.status import FlowState

BOTH = ("storeArticle", "indexArticle")


async def _answer_and_follow(performance: Performance) -> None:
    await performance.start_for_answer()
    await performance.follow()


async def _search_is_down(performance: Performance) -> None:
    await performance.script("search", "indexArticle", "unavailable", times=None)
    await performance.start_for_answer()
    await performance.show()
    await performance.repair()
    await performance.follow()


async def _text_refused(performance: Performance) -> None:
    await performance.script("search", "indexArticle", "refuse")
    await performance.start_for_answer()
    await performance.until(FlowState.NEEDS_ATTENTION)
    await performance.resolve("settle", reason="it need not be found by a search")
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *BOTH)


def _settled(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, "storeArticle")
    if seen.view.steps[-1].status != "skipped":
        yield f"the index is {seen.view.steps[-1].status}, not skipped"


STORIES: Sequence[Story] = (
    Story(
        title="An article is published",
        before="It is stored, the editor has its address, and it is indexed behind.",
        after=lambda _: "Completed: stored and indexed.",
        input="content-publishing.json",
        play=_answer_and_follow,
        deviations=_completed,
    ),
    Story(
        title="The search is down",
        before="The editor is not kept waiting. The article can be read, and is indexed when the search is back.",
        after=lambda seen: (
            f"Completed: indexing was tried {len(seen.calls_of('indexArticle'))} times, done once."
        ),
        input="content-publishing.json",
        play=_search_is_down,
        deviations=_completed,
    ),
    Story(
        title="The search refuses the text",
        before="That is for a person to say; the article stays where it is.",
        after=lambda _: "Completed: the article is stored, and a person has settled that it is not indexed.",
        input="content-publishing.json",
        play=_text_refused,
        deviations=_settled,
    ),
)

CHAPTER = Chapter(
    flow="content-publishing",
    heading="a stored article is never lost over its index",
    id_field="manuscript_id",
    stories=STORIES,
    own={"slug": "{}"},
)
