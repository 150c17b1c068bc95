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
