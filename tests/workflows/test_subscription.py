"""The subscription from its start to what the downstreams remember of it."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from temporalio.api.enums.v1 import EventType

from models.subscription import Subscription, SubscriptionResult
from saga import FlowState, StepState
from saga.status import SlaState
from services.backstage.calls import Call, CallState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.workflows.playing import Handle, Playing
from workflows.subscription import welcome

FLOW = "subscription"
BOTH = Counter(["chargePayment", "provisionWorkspace"])
ALL = BOTH + Counter(["sendNotification"])


def subscription(
    name: str, *, user: str = "U-1", plan: str = "team", method: str = "tok_visa", domain: str = "example.com"
) -> Subscription:
    """One with an e-mail address of its own."""
    return Subscription(
        subscription_id=name,
        user_id=user,
        email=f"{name}@{domain}",
        plan=plan,
        price=Decimal("49.00"),
        currency="EUR",
        payment_method=method,
    )


async def go_wrong(
    playing: Playing, operation: str, kind: FaultKind, asked: Subscription, *, times: int | None = 1
) -> None:
    """For this subscription alone."""
    match = (
        {"recipient": asked.email}
        if operation == "sendNotification"
        else {"subscription_id": asked.subscription_id}
    )
    await playing.stand_ins.faults.add(operation, kind, times=times, match=match)


async def calls_of(playing: Playing, handle: Handle, operation: str) -> list[Call]:
    return await playing.stand_ins.calls(operation=operation, correlation_id=handle.id)


async def test_a_subscription_is_taken_out(playing: Playing) -> None:
    """One charge of the price, one workspace, one welcome; the result names them, and the second provider is not asked."""
    handle = await playing.start(FLOW, subscription("plain"))

    result = SubscriptionResult.model_validate(await handle.result())
    effects = {
        effect.operation: effect.resource_id
        for effect in await playing.stand_ins.effects(correlation_id=handle.id)
    }
    assert (effects["chargePayment"], effects["provisionWorkspace"]) == (
        result.charge_id,
        result.workspace_id,
    )
    assert Decimal("49.00") == result.price
    assert await playing.open(handle) == ALL
    assert Counter(["validateUser"]) + ALL == Counter(await playing.operations(handle))


async def test_charge_and_workspace_are_made_side_by_side(playing: Playing) -> None:
    """Both are under way at the same time, and only when both are done is anybody welcomed."""
    asked = subscription("beside")
    await go_wrong(playing, "chargePayment", FaultKind.SLOW, asked)
    await go_wrong(playing, "provisionWorkspace", FaultKind.HOLD_BEFORE_EFFECT, asked)
    handle = await playing.start(FLOW, asked)
    held = CallState.HELD_BEFORE_EFFECT
    for operation in BOTH:
        await playing.stand_ins.wait_for_calls(operation, state=held, correlation_id=handle.id)
    meanwhile = await playing.operations(handle)
    await playing.stand_ins.release()

    assert await end_of(handle) == "completed"
    assert Counter(["validateUser"]) + BOTH == Counter(meanwhile)
    assert (await playing.operations(handle))[-1] == "sendNotification"


class Refusal(NamedTuple):
    """What is wrong with a subscription, how it ends, and which operations it calls after the check."""

    asked: Subscription
    ends: str
    calls: Counter[str]


REFUSALS = {
    "unknown user": Refusal(subscription("no-user", user="unknown-7"), "UserUnknown", Counter()),
    "blocked user": Refusal(subscription("blocked", user="blocked-7"), "UserBlocked", Counter()),
    "plan not offered": Refusal(
        subscription("retired", plan="retired-2019"), "PlanNotOffered", BOTH + Counter(["refundCharge"])
    ),
    "declined by both providers": Refusal(
        subscription("declined", method="tok_declined_everywhere"),
        "PaymentRefused",
        BOTH + Counter(["chargeAtBackup", "deprovisionWorkspace"]),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refused_subscription_leaves_nothing_behind(case: str, playing: Playing) -> None:
    """The failure has the business's name, and what the other branch has done is undone."""
    refusal = REFUSALS[case]
    handle = await playing.start(FLOW, refusal.asked)

    assert await end_of(handle) == refusal.ends
    assert Counter(["validateUser"]) + refusal.calls == Counter(await playing.operations(handle))
    assert await playing.open(handle) == Counter()
    ended = FlowState.COMPENSATED if refusal.calls else FlowState.FAILED
    assert (await status_of(handle)).status is ended


async def test_the_other_branch_is_waited_for_and_undone(playing: Playing) -> None:
    """The charge is under way when the plan is refused: it is refunded when it has come to its end, not before."""
    asked = subscription("awaited", plan="retired-2019")
    await go_wrong(playing, "chargePayment", FaultKind.HOLD_AFTER_EFFECT, asked)
    handle = await playing.start(FLOW, asked)
    await playing.stand_ins.wait_for_held("chargePayment", CallState.HELD_AFTER_EFFECT)
    await playing.until(handle, lambda status: _state(status.steps, "provision") is StepState.FAILED)
    meanwhile = await playing.operations(handle)
    await playing.stand_ins.release()

    assert await end_of(handle) == "PlanNotOffered"
    assert "refundCharge" not in meanwhile
    (charge,) = await calls_of(playing, handle, "chargePayment")
    (refund,) = await calls_of(playing, handle, "refundCharge")
    assert charge.ended_at
    assert charge.ended_at <= refund.at
    assert await playing.open(handle) == Counter()


def _state(steps: tuple[object, ...], name: str) -> object:
    return next((getattr(step, "status", None) for step in steps if getattr(step, "name", "") == name), None)


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

    result = SubscriptionResult.model_validate(await handle.result())
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


async def test_the_backup_is_undone_where_it_charged(playing: Playing) -> None:
    """Charged by the second provider, the money is given back by the second provider."""
    asked = subscription("both-ways", plan="retired-2019", method="tok_declined")
    await go_wrong(playing, "provisionWorkspace", FaultKind.HOLD_BEFORE_EFFECT, asked)
    handle = await playing.start(FLOW, asked)
    await playing.stand_ins.wait_for_calls(
        "chargeAtBackup", state=CallState.ANSWERED, correlation_id=handle.id
    )
    await playing.stand_ins.release()

    assert await end_of(handle) == "PlanNotOffered"
    assert (await playing.operations(handle))[-1] == "refundAtBackup"
    assert "refundCharge" not in await playing.operations(handle)
    assert await playing.open(handle) == Counter()


BOUNDS = {
    "validate_user": (2, timedelta(seconds=10)),
    "charge": (3, timedelta(seconds=30)),
    "charge_at_backup": (3, timedelta(seconds=30)),
    "provision": (4, timedelta(seconds=20)),
    "welcome": (4, timedelta(seconds=15)),
}


async def test_each_step_has_its_attempts_and_its_time(playing: Playing) -> None:
    """What the flow asks of the server for each of its steps."""
    handle = await playing.start(FLOW, subscription("bounds", method="tok_declined"))
    await handle.result()

    asked = {
        call.activity_id: (call.retry_policy.maximum_attempts, call.start_to_close_timeout.ToTimedelta())
        for event in (await handle.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        for call in [event.activity_task_scheduled_event_attributes]
    }
    assert BOUNDS == asked


async def test_a_check_that_fails_twice_ends_it(playing: Playing) -> None:
    """It is tried once more, and then nothing has happened."""
    asked = subscription("check-fails", user="U-check-fails")
    await playing.stand_ins.faults.add(
        "validateUser", FaultKind.ERROR, times=None, match={"user_id": asked.user_id}
    )
    handle = await playing.start(FLOW, asked)

    assert await end_of(handle) == "ServerFailed"
    assert await playing.operations(handle) == ["validateUser", "validateUser"]


async def test_ops_are_told_what_was_undone(playing: Playing) -> None:
    """Which step, why, and where to see it."""
    handle = await playing.start(FLOW, subscription("told", plan="retired-2019"))
    await end_of(handle)

    (told,) = await playing.stand_ins.told(handle.id)
    assert ("undone", "provision") == (told.kind, told.step)
    assert "PlanNotOffered" in told.text
    assert told.link
    assert handle.id in told.link
    assert told.link in told.text


async def test_a_welcome_that_cannot_be_sent_is_an_incident(playing: Playing) -> None:
    """After four attempts a person is told; the subscription stands, and a retry welcomes."""
    asked = subscription("no-welcome")
    await go_wrong(playing, "sendNotification", FaultKind.ERROR, asked, times=4)
    handle = await playing.start(FLOW, asked)
    incident = await playing.incident(handle)
    stands = await playing.open(handle)
    tried = await calls_of(playing, handle, "sendNotification")
    await playing.resolve(handle, incident.id, "retry")

    assert await end_of(handle) == "completed"
    assert (incident.step, incident.options) == ("welcome", ("retry", "skip", "settle"))
    assert (stands, len(tried)) == (BOTH, 4)
    assert ["incident"] == [told.kind for told in await playing.stand_ins.told(handle.id)]
    assert await playing.open(handle) == ALL


async def test_a_refused_welcome_is_sent_to_the_right_address(playing: Playing) -> None:
    """An address that nobody has is corrected by a person; nothing is charged or provisioned again."""
    asked = subscription("mistyped", domain="example.invalid")
    handle = await playing.start(FLOW, asked)
    incident = await playing.incident(handle)
    right = welcome(asked.model_copy(update={"email": "ada@example.com"}), address="https://x.example")
    await playing.resolve(handle, incident.id, "retry", corrected=right)

    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == ALL


async def test_a_cancel_while_both_are_under_way_undoes_both(playing: Playing) -> None:
    """The calls are waited for, and what they made is undone."""
    asked = subscription("cancelled")
    for operation in BOTH:
        await go_wrong(playing, operation, FaultKind.HOLD_AFTER_EFFECT, asked)
    handle = await playing.start(FLOW, asked)
    held = CallState.HELD_AFTER_EFFECT
    for operation in BOTH:
        await playing.stand_ins.wait_for_calls(operation, state=held, correlation_id=handle.id)
    await handle.cancel()
    await playing.stand_ins.release()

    assert await end_of(handle) == "CancelledError"
    assert (await status_of(handle)).status is FlowState.CANCELLED
    assert await playing.open(handle) == Counter()


async def test_a_late_welcome_is_told(patient: Playing) -> None:
    """A warning after half an hour, the breach after one, and four hours later the head of subscriptions."""
    assert patient.skip
    handle = await patient.start(FLOW, subscription("never-welcomed", domain="example.invalid"))
    incident = await patient.incident(handle)
    await patient.skip(timedelta(hours=5, minutes=5))

    status = await patient.until(handle, lambda seen: bool(seen.sla and seen.sla.escalated_to))
    told = [announcement.kind for announcement in status.announcements if not announcement.incident]
    assert told == ["sla_warning", "sla_breach", "escalation"]
    assert status.sla
    assert (status.sla.state, status.sla.escalated_to) == (SlaState.ESCALATED, ("head-of-subscriptions",))
    await patient.resolve(handle, incident.id, "settle")
    assert await end_of(handle) == "completed"
    assert await patient.open(handle) == BOTH
