"""The search's own rules."""

from tests.services.caller import input_of, made, problem_of, send
from tests.standins import StandIns


async def test_an_indexed_article_is_found(stand_ins: StandIns) -> None:
    """By words of its title or text, in whatever case; by others it is not."""
    entry = await made(stand_ins, "indexArticle", await input_of(stand_ins, "indexArticle"))

    found = await stand_ins.http.get("/search/articles", params={"words": "ALGEBRAICAL"})
    lost = await stand_ins.http.get("/search/articles", params={"words": "steam"})

    assert {"id": entry, "article_id": "art_1"} == found.json()
    assert (404, "urn:problem:not-found") == problem_of(lost)


async def test_an_article_is_indexed_once(stand_ins: StandIns) -> None:
    """What is indexed again, under another key, replaces what was there."""
    sent = await input_of(stand_ins, "indexArticle")
    await made(stand_ins, "indexArticle", sent)
    await made(stand_ins, "indexArticle", sent.but(text="Nothing of that."))

    assert 404 == (await stand_ins.http.get("/search/articles", params={"words": "weaves"})).status_code


async def test_a_long_text_is_refused(stand_ins: StandIns) -> None:
    """Beyond 20,000 characters nothing is indexed."""
    sent = await input_of(stand_ins, "indexArticle")

    answer = await send(stand_ins, "indexArticle", sent.but(text="a" * 20_001))

    assert (422, "urn:problem:document-refused") == problem_of(answer)
