"""The notifications' own rules."""

from tests.services.caller import MESSAGE, OPERATIONS, Input, example_of, problem_of, send
from tests.standins import StandIns

OPS = Input(example_of(OPERATIONS["tellOps"]))


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


async def test_ops_are_told(stand_ins: StandIns) -> None:
    """What they were told can be read, newest first, of all flows or of one; it is no effect of any."""
    for workflow_id in ("order-A-1", "order-A-2", "order-A-1"):
        answer = await send(stand_ins, "tellOps", OPS.but(workflow_id=workflow_id))

        assert (202, {"status": "told"}) == (answer.status_code, answer.json())

    assert ["order-A-1", "order-A-2", "order-A-1"] == [told.workflow_id for told in await stand_ins.told()]
    (told,) = await stand_ins.told("order-A-2")
    assert {**OPS.body, "workflow_id": "order-A-2"} == told.model_dump(exclude={"at"})
    assert [] == await stand_ins.effects()
    assert ["tellOps"] * 3 == [call.operation for call in await stand_ins.calls(operation="tellOps")]


async def test_ops_are_told_the_newest_first(stand_ins: StandIns) -> None:
    """However close together two messages are, the later one stands first."""
    for number in range(3):
        await send(stand_ins, "tellOps", OPS.but(subject=str(number)))

    assert ["2", "1", "0"] == [told.subject for told in await stand_ins.told()]


async def test_ops_are_told_once_a_key(stand_ins: StandIns) -> None:
    """A repeated request is answered, and tells nobody again; another one under its key is refused."""
    answers = [await send(stand_ins, "tellOps", OPS, key="k") for _ in range(3)]
    other = await send(stand_ins, "tellOps", OPS.but(subject="other"), key="k")

    assert [202] * 3 == [answer.status_code for answer in answers]
    assert (422, "urn:problem:key-reused") == problem_of(other)
    assert 1 == len(await stand_ins.told())
