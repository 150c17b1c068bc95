"""Held requests: how a test learns that a call is exactly before or after its effect, and lets it go."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from services.backstage.calls import CallState
from tests.services.caller import RESERVATION, Input, problem_of, send
from tests.standins import StandIns

RESERVE = Input(RESERVATION)
MOMENTS = {
    "hold_before_effect": CallState.HELD_BEFORE_EFFECT,
    "hold_after_effect": CallState.HELD_AFTER_EFFECT,
}


@pytest.mark.parametrize(("kind", "effects"), [("hold_before_effect", 0), ("hold_after_effect", 1)])
async def test_a_held_call_is_seen_and_released(stand_ins: StandIns, kind: str, effects: int) -> None:
    """While it is held the ledger shows on which side of its effect it is; released it is answered."""
    await stand_ins.faults.add("reserveInventory", kind)
    request = asyncio.create_task(send(stand_ins, "reserveInventory", RESERVE, key="k"))

    held = await stand_ins.wait_for_held("reserveInventory", MOMENTS[kind])

    assert (held.key, held.status) == ("k", None)
    assert len(await stand_ins.effects()) == effects
    assert await stand_ins.release() == 1
    assert (await request).status_code == 201


@pytest.mark.parametrize(("kind", "effects"), [("hold_before_effect", 0), ("hold_after_effect", 1)])
async def test_a_held_call_can_be_dropped(stand_ins: StandIns, kind: str, effects: int) -> None:
    """Released by dropping, the connection closes without an answer, and what was not made is never made."""
    await stand_ins.faults.add("reserveInventory", kind)
    request = asyncio.create_task(send(stand_ins, "reserveInventory", RESERVE))
    await stand_ins.wait_for_held("reserveInventory", MOMENTS[kind])

    await stand_ins.release(drop=True)

    with pytest.raises(httpx.RemoteProtocolError):
        await request
    assert len(await stand_ins.effects()) == effects
    assert [CallState.DROPPED] == [call.state for call in await stand_ins.calls()]


async def test_one_of_several_is_released(stand_ins: StandIns) -> None:
    """A release that names a call lets go this one alone."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect", times=None)
    requests = [asyncio.create_task(send(stand_ins, "reserveInventory", RESERVE, key=k)) for k in "ab"]
    first, second = await stand_ins.wait_for_calls(
        "reserveInventory", state=CallState.HELD_BEFORE_EFFECT, count=2
    )

    assert await stand_ins.release(call=first) == 1

    await stand_ins.wait_for_calls("reserveInventory", state=CallState.ANSWERED)
    assert [second] == await stand_ins.calls(state=CallState.HELD_BEFORE_EFFECT)
    assert await stand_ins.release() == 1
    assert {201} == {request.status_code for request in await asyncio.gather(*requests)}


async def test_removing_the_faults_releases(stand_ins: StandIns) -> None:
    """Whatever the faults hold goes on when they are removed."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect")
    request = asyncio.create_task(send(stand_ins, "reserveInventory", RESERVE))
    await stand_ins.wait_for_held("reserveInventory")

    await stand_ins.faults.clear()

    assert (await request).status_code == 201


async def test_a_hold_can_have_a_bound(stand_ins: StandIns) -> None:
    """A hold with `seconds` ends by itself."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect", seconds=0.05)

    assert (await send(stand_ins, "reserveInventory", RESERVE)).status_code == 201


async def test_a_request_outlives_its_caller(stand_ins: StandIns) -> None:
    """A request whose caller is gone arrives late: when it is released it still has its effect."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect")
    caller = httpx.AsyncClient(base_url=stand_ins.url, timeout=0.1)
    with pytest.raises(httpx.ReadTimeout):
        await caller.post("/inventory/reservations", json=RESERVATION, headers={"Idempotency-Key": "k"})
    await caller.aclose()
    await stand_ins.wait_for_held("reserveInventory")

    await stand_ins.release()
    await stand_ins.wait_for_calls("reserveInventory", state=CallState.ANSWERED)

    assert ["k"] == [effect.key for effect in await stand_ins.open_effects()]


async def test_a_late_request_of_a_gone_caller_is_refused(stand_ins: StandIns) -> None:
    """When a request of a caller that is gone was compensated meanwhile, it has no effect when it arrives."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect")
    late = asyncio.create_task(send(stand_ins, "reserveInventory", RESERVE, key="k"))
    await stand_ins.wait_for_held("reserveInventory")
    retried = await send(stand_ins, "reserveInventory", RESERVE, key="k")
    await send(stand_ins, "releaseInventory", RESERVE, compensates="k")

    await stand_ins.release()

    assert problem_of(retried) == (409, "urn:problem:key-in-progress")
    assert problem_of(await late) == (409, "urn:problem:already-compensated")
    assert [] == await stand_ins.effects()


async def test_waiting_ends_with_the_first_call(stand_ins: StandIns) -> None:
    """Who waits for a call is answered when it comes, and not before."""
    waiting = asyncio.create_task(stand_ins.wait_for_calls("reserveInventory"))
    await stand_ins.http.get("/inventory/stock/lamp")
    assert not waiting.done()

    await send(stand_ins, "reserveInventory", RESERVE)

    assert ["reserveInventory"] == [call.operation for call in await waiting]


async def test_waiting_is_bounded(stand_ins: StandIns) -> None:
    """When nothing comes the wait ends, saying what was missing."""
    with pytest.raises(AssertionError, match="0 of 1 calls of reserveInventory"):
        await stand_ins.wait_for_held("reserveInventory", timeout=timedelta(seconds=0.05))
