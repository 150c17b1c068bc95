"""Keys that a service forgets: then it does the same again, as a real one would."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from services.backstage.ledger import EffectState
from tests.services.caller import AUTHORIZATION, RESERVATION, Input, send
from tests.services.command import run
from tests.standins import StandIns

RESERVE = Input(RESERVATION)


@pytest_asyncio.fixture(name="forgetful")
async def _forgetful(tmp_path: Path) -> AsyncGenerator[StandIns]:
    """Keeps no key for longer than the request takes."""
    async with StandIns(tmp_path / "stand-ins.db", "--key-retention", "0") as stand_ins:
        yield stand_ins


async def test_a_forgotten_key_has_a_second_effect(forgetful: StandIns) -> None:
    """Both effects are open; the ledger has the newer one under the key."""
    answers = [await send(forgetful, "reserveInventory", RESERVE, key="k") for _ in range(3)]

    assert 3 == len({answer.json()["id"] for answer in answers})
    assert ["k#1", "k#2", "k"] == [effect.key for effect in await forgetful.open_effects()]


async def test_a_forgotten_key_is_free_for_another_request(forgetful: StandIns) -> None:
    """Nothing is left of what it was used for."""
    other = [await send(forgetful, "reserveInventory", RESERVE.but(order_id=o), key="k") for o in ("A", "B")]

    assert [201, 201] == [answer.status_code for answer in other]


async def test_an_effect_outlives_its_key(forgetful: StandIns) -> None:
    """What was made can be undone by the step's key, but only while it is remembered is a late request refused."""
    await send(forgetful, "reserveInventory", RESERVE, key="k")
    undone = await send(forgetful, "releaseInventory", RESERVE, key="c", compensates="k")
    late = await send(forgetful, "reserveInventory", RESERVE, key="k")

    assert "released" == undone.json()["status"]
    assert 201 == late.status_code
    assert [EffectState.UNDONE, EffectState.OPEN] == [effect.state for effect in await forgetful.effects()]


async def test_a_key_is_kept_for_its_time(tmp_path: Path) -> None:
    """Within the retention a key has one effect, also after a restart."""
    async with StandIns(tmp_path / "stand-ins.db", "--key-retention", "600") as stand_ins:
        first = await send(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="k")
        await stand_ins.restart()
        again = await send(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="k")

        assert first.text == again.text
        assert ["k"] == [effect.key for effect in await stand_ins.effects()]


@pytest.mark.parametrize("given", ["-1", "nan", "inf", "1e300", "a day"])
async def test_a_retention_that_is_none(tmp_path: Path, given: str) -> None:
    """What is no time is wrong usage."""
    status, output, errors = await run("--db", str(tmp_path / "s.db"), f"--key-retention={given}")

    assert (2, "") == (status, output)
    assert "argument --key-retention: expected 0 to 864000000 seconds" in errors
