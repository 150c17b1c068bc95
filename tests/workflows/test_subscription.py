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
from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE, end_of, status_of
from tests.workflows.playing import Playing
from tests.workflows.subscribing import ALL, BOTH, FLOW, calls_of, go_wrong, subscription
from workflows.subscription import welcome

FORWARD = ("validateUser", "chargePayment", "chargeAtBackup", "provisionWorkspace")


async def test_a_subscription_is_taken_out(playing: Playing) -> None:
    """One charge of the price, one workspace, one welcome; the result names them, and the second provider is not asked."""
    handle = await playing.start(FLOW, subscription("plain"))

    result = SubscriptionResult.model_validate(await handle.result(rpc_timeout=PATIENCE))
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


async def test_charge_and_workspace_are_made_side_by_side(unhurried: Playing) -> None:
    """Both are under way at the same time, and only when both are done is anybody welcomed."""
    asked = subscription("beside")
    await go_wrong(unhurried, "chargePayment", FaultKind.HOLD_BEFORE_EFFECT, asked)
    await go_wrong(unhurried, "provisionWorkspace", FaultKind.HOLD_BEFORE_EFFECT, asked)
    handle = await unhurried.start(FLOW, asked)
    held = CallState.HELD_BEFORE_EFFECT
    for operation in BOTH:
        await unhurried.stand_ins.wait_for_calls(operation, state=held, correlation_id=handle.id)
    meanwhile = await unhurried.operations(handle)
    await unhurried.stand_ins.release()

    assert await end_of(handle) == "completed"
    assert Counter(["validateUser"]) + BOTH == Counter(meanwhile)
    assert (await unhurried.operations(handle))[-1] == "sendNotification"


@pytest.mark.parametrize(("user", "ends"), [("unknown-7", "UserUnknown"), ("blocked-7", "UserBlocked")])
async def test_a_user_who_may_not_subscribe(user: str, ends: str, playing: Playing) -> None:
    """Nothing but the check is called."""
    handle = await playing.start(FLOW, subscription(user, user=user))

    assert await end_of(handle) == ends
    assert ["validateUser"] == await playing.operations(handle)
    assert (await status_of(handle)).status is FlowState.FAILED


class Refusal(NamedTuple):
    """What is wrong with one branch, what the other one does before it fails, and what undoes that."""

    asked: Subscription
    ends: str
    refuses: str
    done: str
    undone: str


REFUSALS = {
    "plan not offered": Refusal(
        asked=subscription("retired", plan="retired-2019"),
        ends="PlanNotOffered",
        refuses="provisionWorkspace",
        done="chargePayment",
        undone="refundCharge",
    ),
    "declined by both providers": Refusal(
        asked=subscription("declined", method="tok_declined_everywhere"),
        ends="PaymentRefused",
        refuses="chargeAtBackup",
        done="provisionWorkspace",
        undone="deprovisionWorkspace",
    ),
    "charged by the second provider": Refusal(
        asked=subscription("both-ways", plan="retired-2019", method="tok_declined"),
        ends="PlanNotOffered",
        refuses="provisionWorkspace",
        done="chargeAtBackup",
        undone="refundAtBackup",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_one_branch_is_refused_and_the_other_is_undone(case: str, unhurried: Playing) -> None:
    """The failure has the business's name, and the money is given back by whoever took it."""
    asked, ends, refuses, done, undone = REFUSALS[case]
    await go_wrong(unhurried, refuses, FaultKind.HOLD_BEFORE_EFFECT, asked)
    handle = await unhurried.start(FLOW, asked)
    await unhurried.stand_ins.wait_for_calls(done, state=CallState.ANSWERED, correlation_id=handle.id)
    await unhurried.stand_ins.wait_for_held(refuses)
    await unhurried.stand_ins.release()

    assert await end_of(handle) == ends
    called = await unhurried.operations(handle)
    assert [undone] == [operation for operation in called if operation not in FORWARD]
    assert await unhurried.open(handle) == Counter()
    assert (await status_of(handle)).status is FlowState.COMPENSATED


async def test_the_other_branch_is_waited_for_and_undone(unhurried: Playing) -> None:
    """The charge is under way when the plan is refused: it is refunded when it has come to its end, not before."""
    asked = subscription("awaited", plan="retired-2019")
    await go_wrong(unhurried, "chargePayment", FaultKind.HOLD_AFTER_EFFECT, asked)
    handle = await unhurried.start(FLOW, asked)
    await unhurried.stand_ins.wait_for_held("chargePayment", CallState.HELD_AFTER_EFFECT)
    await unhurried.until(handle, lambda seen: any(step.status is StepState.FAILED for step in seen.steps))
    meanwhile = await unhurried.operations(handle)
    await unhurried.stand_ins.release()

    assert await end_of(handle) == "PlanNotOffered"
    assert "refundCharge" not in meanwhile
    (charge,) = await calls_of(unhurried, handle, "chargePayment")
    (refund,) = await calls_of(unhurried, handle, "refundCharge")
    assert charge.ended_at
    assert charge.ended_at <= refund.at
    assert await unhurried.open(handle) == Counter()


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
    await handle.result(rpc_timeout=PATIENCE)

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


async def test_a_cancel_while_both_are_under_way_undoes_both(unhurried: Playing) -> None:
    """The calls are waited for, and what they made is undone."""
    asked = subscription("cancelled")
    for operation in BOTH:
        await go_wrong(unhurried, operation, FaultKind.HOLD_AFTER_EFFECT, asked)
    handle = await unhurried.start(FLOW, asked)
    held = CallState.HELD_AFTER_EFFECT
    for operation in BOTH:
        await unhurried.stand_ins.wait_for_calls(operation, state=held, correlation_id=handle.id)
    await handle.cancel()
    await unhurried.stand_ins.release()

    assert await end_of(handle) == "CancelledError"
    assert (await status_of(handle)).status is FlowState.CANCELLED
    assert await unhurried.open(handle) == Counter()


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
