"""The articles' own rules."""

from tests.services.caller import input_of, made, problem_of, send
from tests.standins import StandIns


async def test_an_article_has_an_address(stand_ins: StandIns) -> None:
    """The answer says where it can be read."""
    answer = await send(stand_ins, "storeArticle", await input_of(stand_ins, "storeArticle"))

    article = answer.json()
    address = "https://news.example.com/articles/notes-on-the-engine"
    assert {"id": article["id"], "address": address, "status": "stored"} == article
    assert article == (await stand_ins.http.get(f"/articles/articles/{article['id']}")).json()


async def test_an_address_belongs_to_one_article(stand_ins: StandIns) -> None:
    """While an article is stored, no other takes its slug; when it is removed the slug is free."""
    sent = await input_of(stand_ins, "storeArticle")
    first = await made(stand_ins, "storeArticle", sent, key="step")

    answer = await send(stand_ins, "storeArticle", sent)
    await send(stand_ins, "removeArticle", sent, compensates="step")
    await made(stand_ins, "storeArticle", sent)

    assert (409, "urn:problem:slug-taken") == problem_of(answer)
    assert "removed" == (await stand_ins.http.get(f"/articles/articles/{first}")).json()["status"]
