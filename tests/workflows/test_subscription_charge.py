"""Who charges a subscription: one provider, and never two."""

from collections import Counter

import pytest

from models.subscription import SubscriptionResult
from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE, end_of
from tests.workflows.playing import Playing
from tests.workflows.subscribing import ALL, FLOW, calls_of, go_wrong, subscription

WITHOUT_EFFECT = {
    "declined": (FaultKind.REFUSE, 1),
    "down": (FaultKind.UNAVAILABLE, 3),
    "not let in": (FaultKind.UNAUTHORIZED, 1),
}


@pytest.mark.parametrize("case", WITHOUT_EFFECT)
async def test_the_second_provider_charges_what_the_first_did_not(case: str, playing: Playing) -> None:
    """Refused, or down for all three attempts, it has certainly not charged: the other one does."""
    kind, attempts = WITHOUT_EFFECT[case]
    asked = subscription(f"second-{kind}")
    await go_wrong(playing, "chargePayment", kind, asked, times=None)
    handle = await playing.start(FLOW, asked)

    result = SubscriptionResult.model_validate(await handle.result(rpc_timeout=PATIENCE))
    effects = await playing.stand_ins.effects(correlation_id=handle.id, operation="chargeAtBackup")
    assert [result.charge_id] == [effect.resource_id for effect in effects]
    assert len(await calls_of(playing, handle, "chargePayment")) == attempts
    assert ALL - Counter(["chargePayment"]) + Counter(["chargeAtBackup"]) == await playing.open(handle)


@pytest.mark.parametrize("kind", [FaultKind.DROP_CONNECTION, FaultKind.ERROR])
async def test_with_an_unknown_outcome_nobody_else_charges(kind: FaultKind, playing: Playing) -> None:
    """The provider may have charged, and says nothing of it: no second charge, and all is undone."""
    asked = subscription(f"unknown-{kind}")
    await go_wrong(playing, "chargePayment", kind, asked, times=None)
    handle = await playing.start(FLOW, asked)

    assert await end_of(handle) in {"ConnectionLost", "ServerFailed"}
    called = Counter(await playing.operations(handle))
    assert (called["chargePayment"], called["findCharge"], called["chargeAtBackup"]) == (3, 1, 0)
    assert called["refundCharge"] == 1
    assert await playing.open(handle) == Counter()


@pytest.mark.parametrize("kind", [FaultKind.EFFECT_THEN_DROP, FaultKind.MALFORMED])
async def test_a_charge_whose_answer_is_lost_is_found(kind: FaultKind, playing: Playing) -> None:
    """The provider is asked what it has done under the key, and its charge is the one."""
    asked = subscription(f"found-{kind}")
    await go_wrong(playing, "chargePayment", kind, asked, times=None)
    handle = await playing.start(FLOW, asked)

    assert await end_of(handle) == "completed"
    assert "findCharge" in await playing.operations(handle)
    assert await playing.open(handle) == ALL


async def test_a_charge_that_comes_late_is_refused(playing: Playing) -> None:
    """It is still under way when all else is over: nobody else charges meanwhile, and it has no effect any more."""
    asked = subscription("late")
    await go_wrong(playing, "chargePayment", FaultKind.HOLD_BEFORE_EFFECT, asked)
    handle = await playing.start(FLOW, asked)
    ended = await end_of(handle)
    meanwhile = Counter(await playing.operations(handle))
    await playing.stand_ins.release()
    late, *_ = await calls_of(playing, handle, "chargePayment")

    assert ended == "KeyInProgress"
    assert meanwhile["chargeAtBackup"] == 0
    await playing.stand_ins.wait_for_calls("chargePayment", key=late.key, state=CallState.ANSWERED, count=3)
    assert await playing.open(handle) == Counter()
