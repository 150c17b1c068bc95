"""The users' own rules."""

import pytest

from tests.services.caller import input_of, problem_of, send
from tests.standins import StandIns


async def test_a_check_has_no_effect(stand_ins: StandIns) -> None:
    """It says of whom it speaks, and the ledger stays empty."""
    answer = await send(stand_ins, "validateUser", await input_of(stand_ins, "validateUser"))

    assert (200, {"user_id": "U-1", "status": "valid"}) == (answer.status_code, answer.json())
    assert [] == await stand_ins.effects()


@pytest.mark.parametrize(
    ("user_id", "expected"),
    [("unknown-1", (404, "urn:problem:user-unknown")), ("blocked-1", (409, "urn:problem:user-blocked"))],
)
async def test_who_may_not_subscribe(stand_ins: StandIns, user_id: str, expected: tuple[int, str]) -> None:
    """Users that are not known or blocked are refused, each with its own problem."""
    sent = (await input_of(stand_ins, "validateUser")).but(user_id=user_id)

    assert expected == problem_of(await send(stand_ins, "validateUser", sent))

    read = await stand_ins.http.get(f"/users/users/{user_id}", params={"plan": "team"})
    assert expected == problem_of(read)


async def test_a_check_may_be_read(stand_ins: StandIns) -> None:
    """It answers as the one that is sent, and needs no key."""
    answer = await stand_ins.http.get("/users/users/U-1", params={"plan": "team"})

    assert (200, {"user_id": "U-1", "status": "valid"}) == (answer.status_code, answer.json())
