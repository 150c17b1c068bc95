"""The notifications' own rules."""

from tests.services.caller import MESSAGE, Input, problem_of, send
from tests.standins import StandIns


async def test_a_message_is_queued(stand_ins: StandIns) -> None:
    """A message is accepted, can be looked up, and is an effect."""
    answer = await send(stand_ins, "sendNotification", Input(MESSAGE))

    message = answer.json()["id"]
    assert (answer.status_code, answer.json()) == (202, {"id": message, "status": "queued"})
    found = await stand_ins.http.get(f"/notifications/messages/{message}")
    assert found.json() == {"id": message, "status": "queued", **MESSAGE}
    assert [message] == [effect.resource_id for effect in await stand_ins.open_effects()]


async def test_an_unreachable_recipient_is_refused(stand_ins: StandIns) -> None:
    """Nobody reads mail under a domain that never exists."""
    answer = await send(stand_ins, "sendNotification", Input(MESSAGE).but(recipient="ada@example.invalid"))

    assert problem_of(answer) == (422, "urn:problem:recipient-refused")
