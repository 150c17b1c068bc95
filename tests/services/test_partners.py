"""The partners' own rules."""

from tests.services.caller import input_of, made, problem_of, send
from tests.standins import StandIns


async def test_a_message_is_delivered_and_recalled(stand_ins: StandIns) -> None:
    """What a partner was handed over can be looked up, and is marked when it is recalled."""
    sent = await input_of(stand_ins, "deliverMessage")
    delivery = await made(stand_ins, "deliverMessage", sent, key="step")
    before = (await stand_ins.http.get(f"/partners/messages/{delivery}")).json()
    await send(stand_ins, "recallMessage", sent, compensates="step")
    after = (await stand_ins.http.get(f"/partners/messages/{delivery}")).json()

    assert {"id": delivery, "partner": "crm", "message_id": "M-1", "status": "delivered"} == before
    assert {**before, "status": "recalled"} == after


async def test_a_closed_partner_refuses(stand_ins: StandIns) -> None:
    """Nothing is handed over to it."""
    sent = (await input_of(stand_ins, "deliverMessage")).but(partner="closed-shop")

    answer = await send(stand_ins, "deliverMessage", sent)

    assert (422, "urn:problem:partner-refused") == problem_of(answer)
    assert [] == await stand_ins.effects()


async def test_a_partner_takes_a_message_once(stand_ins: StandIns) -> None:
    """Under another key it is answered with the first delivery, and nothing more happens; another partner has its own."""
    sent = await input_of(stand_ins, "deliverMessage")
    delivery = await made(stand_ins, "deliverMessage", sent)
    again = await made(stand_ins, "deliverMessage", sent)
    other = await made(stand_ins, "deliverMessage", sent.but(partner="billing"))

    assert (delivery, 2) == (again, len({delivery, other}))
    assert 2 == len(await stand_ins.effects())


async def test_what_a_partner_has_of_a_message(stand_ins: StandIns) -> None:
    """The delivery that stands, and nothing before it or after its recall."""
    sent = await input_of(stand_ins, "deliverMessage")
    asked = {"partner": "crm", "message_id": "M-1"}
    before = await stand_ins.http.get("/partners/messages", params=asked)
    delivery = await made(stand_ins, "deliverMessage", sent, key="step")
    found = await stand_ins.http.get("/partners/messages", params=asked)
    await send(stand_ins, "recallMessage", sent, compensates="step")
    after = await stand_ins.http.get("/partners/messages", params=asked)

    assert [404, 200, 404] == [answer.status_code for answer in (before, found, after)]
    assert delivery == found.json()["id"]
