"""The accounts' own rules."""

from tests.services.caller import Input, input_of, made, problem_of, send
from tests.standins import StandIns


async def status_of(stand_ins: StandIns, account: str) -> str:
    return str((await stand_ins.http.get(f"/accounts/accounts/{account}")).json()["status"])


async def test_an_account_tells_nothing_of_its_owner(stand_ins: StandIns) -> None:
    """The answer has the account's id and nothing of what was sent."""
    answer = await send(stand_ins, "createAccount", await input_of(stand_ins, "createAccount"))

    assert (201, {"id": answer.json()["id"], "status": "open"}) == (answer.status_code, answer.json())
    assert "open" == await status_of(stand_ins, answer.json()["id"])


async def test_an_address_has_one_account(stand_ins: StandIns) -> None:
    """A second account for the same e-mail address is refused, however it is written; it is not repeated."""
    sent = await input_of(stand_ins, "createAccount")
    await made(stand_ins, "createAccount", sent)

    answer = await send(stand_ins, "createAccount", sent.but(email="ADA@example.com"))

    assert (409, "urn:problem:email-taken") == problem_of(answer)
    assert "ada" not in answer.text.lower()
    assert 1 == len(await stand_ins.effects())


async def test_a_deleted_account_frees_its_address(stand_ins: StandIns) -> None:
    """After the compensation another account can have the address."""
    sent = Input({"email": "ada@example.com", "name": "Ada"})
    first = await made(stand_ins, "createAccount", sent, key="step")
    await send(stand_ins, "deleteAccount", sent, compensates="step")

    await made(stand_ins, "createAccount", sent)

    assert "deleted" == await status_of(stand_ins, first)
