"""The publishing of an article from its start to what the downstreams remember of it."""

from collections import Counter
from datetime import timedelta

from models.articles import StoredArticle
from models.content_publishing import ArticleStored, Manuscript, PublicationResult
from saga import FlowState
from saga.status import SlaState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from workflows.content_publishing import index_request

FLOW = "content-publishing"
STORED = Counter(["storeArticle"])
BOTH = STORED + Counter(["indexArticle"])
LONGER_THAN_THE_SEARCH_TAKES = "weave " * 4_000


def manuscript(name: str, *, text: str = "It weaves algebraical patterns.") -> Manuscript:
    """One with an address and a title of its own."""
    return Manuscript(manuscript_id=name, slug=name, title=f"On {name}", author="Ada Lovelace", text=text)


async def test_an_article_is_stored_and_found(playing: Playing) -> None:
    """Answer and result name the article, and a search for its title finds it."""
    handle, answer = await playing.answered(FLOW, manuscript("looms"), ArticleStored)

    result = PublicationResult.model_validate(await handle.result())
    found = await playing.stand_ins.http.get("/search/articles", params={"words": "On looms"})
    assert answer.address == "https://news.example.com/articles/looms"
    assert (answer.article_id, answer.address) == (result.article_id, result.address)
    assert found.json()["article_id"] == result.article_id
    assert await playing.open(handle) == BOTH


async def test_a_taken_address_is_refused(playing: Playing) -> None:
    """The editor is told so; nothing is indexed, and the article that is there stays."""
    first, _ = await playing.answered(FLOW, manuscript("taken"), ArticleStored)
    again = manuscript("taken").model_copy(update={"manuscript_id": "taken-again"})

    refused = await playing.unanswered(FLOW, again)

    handle = playing.client.get_workflow_handle("content-publishing-taken-again")
    assert (refused.type, await end_of(handle)) == ("SlugTaken", "SlugTaken")
    assert await playing.operations(handle) == ["storeArticle"]
    assert await end_of(first) == "completed"
    assert await playing.open(first) == BOTH


async def test_what_became_of_the_article_is_not_known(playing: Playing) -> None:
    """It may be stored: so it is removed, and nothing is indexed."""
    await playing.stand_ins.faults.add("storeArticle", FaultKind.MALFORMED, match={"slug": "unreadable"})

    refused = await playing.unanswered(FLOW, manuscript("unreadable"))

    handle = playing.client.get_workflow_handle("content-publishing-unreadable")
    assert (refused.type, await end_of(handle)) == ("ResponseInvalid", "ResponseInvalid")
    assert await playing.operations(handle) == ["storeArticle", "removeArticle"]
    assert await playing.open(handle) == Counter()


async def test_the_editor_is_not_kept_waiting(playing: Playing) -> None:
    """The answer comes while the search says nothing; what it did then is not done twice."""
    await playing.stand_ins.faults.add(
        "indexArticle", FaultKind.HOLD_AFTER_EFFECT, match={"title": "On patience"}
    )
    handle, answer = await playing.answered(FLOW, manuscript("patience"), ArticleStored)
    kept = await playing.stand_ins.http.get(f"/articles/articles/{answer.article_id}")
    running = await status_of(handle)
    await playing.stand_ins.release()

    assert kept.json()["status"] == "stored"
    assert running.status is FlowState.RUNNING
    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == BOTH


async def test_a_cancel_after_the_answer_changes_nothing(playing: Playing) -> None:
    """The article was promised, so it stays, and is indexed."""
    await playing.stand_ins.faults.add(
        "indexArticle", FaultKind.SLOW, match={"title": "On promises"}, seconds=0.3
    )
    handle, _ = await playing.answered(FLOW, manuscript("promises"), ArticleStored)
    await handle.cancel()

    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == BOTH


async def test_a_refused_text_is_indexed_in_part(playing: Playing) -> None:
    """What the search does not take is an incident at once: an editor hands in an abstract; the article stays whole."""
    made = manuscript("length", text=LONGER_THAN_THE_SEARCH_TAKES)
    handle, answer = await playing.answered(FLOW, made, ArticleStored)
    incident = await playing.incident(handle)
    assert incident.cause.startswith("DocumentRefused")

    stored = StoredArticle(id=answer.article_id, address=answer.address, status="stored")
    abstract = made.model_copy(update={"text": "On the length of texts."})
    await playing.resolve(handle, incident.id, "retry", corrected=index_request(abstract, stored))

    assert await end_of(handle) == "completed"
    assert await playing.operations(handle) == ["storeArticle", "indexArticle", "indexArticle"]
    assert await playing.open(handle) == BOTH


async def test_a_search_that_is_down_is_waited_for(patient: Playing) -> None:
    """It is tried for a while, then parked; the article can be read all the time, and is indexed days later."""
    assert patient.skip
    await patient.stand_ins.faults.add(
        "indexArticle", FaultKind.UNAVAILABLE, times=10, match={"title": "On endurance"}
    )
    handle, answer = await patient.answered(FLOW, manuscript("endurance"), ArticleStored)
    await patient.skip(timedelta(minutes=30))
    incident = await patient.incident(handle)
    await patient.skip(timedelta(days=3))

    tried = await patient.stand_ins.calls(operation="indexArticle", correlation_id=handle.id)
    status = await patient.until(handle, lambda seen: bool(seen.sla and seen.sla.state is SlaState.BREACHED))
    kept = await patient.stand_ins.http.get(f"/articles/articles/{answer.article_id}")
    assert status.status is FlowState.NEEDS_ATTENTION
    assert ([503] * 10, 1) == ([call.status for call in tried], len({call.key for call in tried}))
    assert kept.json()["status"] == "stored"
    await patient.resolve(handle, incident.id, "retry")
    assert await end_of(handle) == "completed"
    assert await patient.open(handle) == BOTH
