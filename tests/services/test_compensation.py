"""A compensation undoes the effect of a key, or sees to it that there never is one."""

import asyncio

import pytest

from services.backstage.calls import CallState
from services.backstage.ledger import EffectState
from tests.services.caller import COMPENSATIONS, RESERVATION, Input, input_of, problem_of, send
from tests.standins import StandIns

EACH = pytest.mark.parametrize("compensation", COMPENSATIONS)


@EACH
async def test_it_undoes_the_effect(stand_ins: StandIns, compensation: str) -> None:
    """Given the step's body and key, it answers the id of what it undid, and the effect is open no more."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await send(stand_ins, step, sent, key="step")

    answer = await send(stand_ins, compensation, sent, compensates="step")

    (effect,) = await stand_ins.effects(key="step")
    assert answer.status_code == 200
    assert answer.json() == {"id": effect.resource_id, "status": COMPENSATIONS[compensation].done}
    assert effect.state is EffectState.UNDONE


@EACH
async def test_nothing_to_undo_is_a_success(stand_ins: StandIns, compensation: str) -> None:
    """Of a key that never arrived there is nothing to undo, and that is an answer, not an error."""
    sent = await input_of(stand_ins, COMPENSATIONS[compensation].undoes)

    answer = await send(stand_ins, compensation, sent, compensates="never-sent")

    assert answer.status_code == 200
    assert answer.json() == {"id": None, "status": COMPENSATIONS[compensation].nothing}


@EACH
async def test_what_comes_after_it_is_refused(stand_ins: StandIns, compensation: str) -> None:
    """A request that arrives after its compensation is refused, and has no effect."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await send(stand_ins, compensation, sent, compensates="step")

    late = await send(stand_ins, step, sent, key="step")

    assert problem_of(late) == (409, "urn:problem:already-compensated")
    assert [] == await stand_ins.effects(key="step")


@EACH
async def test_what_comes_again_after_it_is_refused(stand_ins: StandIns, compensation: str) -> None:
    """A repeated request does not get its old answer once the effect is undone."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await send(stand_ins, step, sent, key="step")
    await send(stand_ins, compensation, sent, compensates="step")

    assert problem_of(await send(stand_ins, step, sent, key="step"))[1] == "urn:problem:already-compensated"


@EACH
async def test_it_can_be_repeated(stand_ins: StandIns, compensation: str) -> None:
    """Sent again under its own key or under a new one, it answers the same and undoes nothing twice."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await send(stand_ins, step, sent, key="step")

    answers = [await send(stand_ins, compensation, sent, compensates="step", key=k) for k in ("a", "a", "b")]

    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["status"] == COMPENSATIONS[compensation].done


async def test_stock_is_given_back_once(stand_ins: StandIns) -> None:
    """However often a release is repeated, the stock is as it was before the reservation."""
    await send(stand_ins, "reserveInventory", Input(RESERVATION), key="step")
    for key in ("a", "a", "b"):
        await send(stand_ins, "releaseInventory", Input(RESERVATION), compensates="step", key=key)

    assert (await stand_ins.http.get("/inventory/stock/lamp")).json()["available"] == 1_000_000


@EACH
async def test_a_request_under_way_is_overtaken(stand_ins: StandIns, compensation: str) -> None:
    """A step that is still running when it is compensated ends refused, and has no effect."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await stand_ins.faults.add(step, "hold_before_effect")
    running = asyncio.create_task(send(stand_ins, step, sent, key="step"))
    await stand_ins.wait_for_held(step)

    undone = await send(stand_ins, compensation, sent, compensates="step")
    await stand_ins.release()

    assert undone.json() == {"id": None, "status": COMPENSATIONS[compensation].nothing}
    assert problem_of(await running) == (409, "urn:problem:already-compensated")
    assert [] == await stand_ins.effects(key="step")


@EACH
async def test_an_unanswered_effect_is_undone(stand_ins: StandIns, compensation: str) -> None:
    """When the step has had its effect but not its answer, the compensation undoes it."""
    step = COMPENSATIONS[compensation].undoes
    sent = await input_of(stand_ins, step)
    await stand_ins.faults.add(step, "hold_after_effect")
    running = asyncio.create_task(send(stand_ins, step, sent, key="step"))
    await stand_ins.wait_for_held(step, CallState.HELD_AFTER_EFFECT)

    undone = await send(stand_ins, compensation, sent, compensates="step")
    await stand_ins.release()

    (effect,) = await stand_ins.effects(key="step")
    assert (await running).is_success
    assert undone.json() == {"id": effect.resource_id, "status": COMPENSATIONS[compensation].done}
    assert [EffectState.UNDONE] == [effect.state for effect in await stand_ins.effects(key="step")]


@pytest.mark.parametrize("compensation", ["releaseInventory", "voidPayment", "cancelShipment"])
async def test_it_has_to_say_what_it_undoes(stand_ins: StandIns, compensation: str) -> None:
    """Without X-Compensates nobody knows what to undo."""
    sent = await input_of(stand_ins, compensation)

    assert problem_of(await send(stand_ins, compensation, sent)) == (400, "urn:problem:compensates-missing")


async def test_it_undoes_only_its_own_step(stand_ins: StandIns) -> None:
    """The key of another step than the compensation's own is refused, and its effect stays."""
    sent = await input_of(stand_ins, "capturePayment")
    await send(stand_ins, "capturePayment", sent, key="capture")
    authorization = await input_of(stand_ins, "voidPayment")

    answer = await send(stand_ins, "voidPayment", authorization, compensates="capture")

    assert problem_of(answer) == (422, "urn:problem:compensates-other")
    assert [EffectState.OPEN] == [effect.state for effect in await stand_ins.effects(key="capture")]


async def test_its_own_key_belongs_to_what_it_undoes(stand_ins: StandIns) -> None:
    """A compensation's key cannot be used to compensate another step."""
    await send(stand_ins, "releaseInventory", Input(RESERVATION), compensates="step-1", key="k")

    answer = await send(stand_ins, "releaseInventory", Input(RESERVATION), compensates="step-2", key="k")

    assert problem_of(answer) == (422, "urn:problem:key-reused")


async def test_a_refused_one_leaves_no_trace(stand_ins: StandIns) -> None:
    """A compensation that is refused has undone nothing: the step's answer is still there."""
    payment = Input((await input_of(stand_ins, "authorizePayment")).body)
    made = await send(stand_ins, "authorizePayment", payment, key="step")
    captured = Input({"payment_id": made.json()["id"], "amount": "12.50", "currency": "EUR"})
    await send(stand_ins, "capturePayment", captured)

    refused = await send(stand_ins, "voidPayment", payment, compensates="step")

    assert problem_of(refused) == (409, "urn:problem:already-captured")
    assert (await send(stand_ins, "authorizePayment", payment, key="step")).text == made.text
