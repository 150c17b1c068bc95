"""The stories of the subscription that are recorded."""

from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.subscribing import BOTH, FLOW, go_wrong, subscription
from workflows.subscription import welcome


async def completed(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, subscription("completed"))


async def user_unknown(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, subscription("no-user", user="unknown-7"))


async def second_provider(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, subscription("second", method="tok_declined"))


async def charge_found(recording: Recording) -> Handle:
    asked = subscription("found")
    await go_wrong(recording.playing, "chargePayment", FaultKind.MALFORMED, asked)
    return await recording.playing.start(FLOW, asked)


async def charge_unknown(recording: Recording) -> Handle:
    asked = subscription("unknown")
    await go_wrong(recording.playing, "chargePayment", FaultKind.DROP_CONNECTION, asked, times=None)
    return await recording.playing.start(FLOW, asked)


async def plan_not_offered(recording: Recording) -> Handle:
    asked = subscription("retired", plan="retired-2019")
    await go_wrong(recording.playing, "chargePayment", FaultKind.SLOW, asked)
    return await recording.playing.start(FLOW, asked)


async def cancelled_in_both_branches(recording: Recording) -> Handle:
    asked = subscription("cancelled")
    for operation in BOTH:
        await go_wrong(recording.playing, operation, FaultKind.HOLD_AFTER_EFFECT, asked)
    handle = await recording.playing.start(FLOW, asked)
    for operation in BOTH:
        await recording.stand_ins.wait_for_calls(
            operation, state=CallState.HELD_AFTER_EFFECT, correlation_id=handle.id
        )
    await handle.cancel()
    await recording.stand_ins.release()
    return handle


async def welcome_corrected(recording: Recording) -> Handle:
    asked = subscription("mistyped", domain="example.invalid")
    handle = await recording.playing.start(FLOW, asked)
    incident = await recording.playing.incident(handle)
    right = welcome(asked.model_copy(update={"email": "ada@example.com"}), address="https://x.example")
    await recording.playing.resolve(handle, incident.id, "retry", corrected=right)
    return handle


STORIES: Stories = {
    "completed": completed,
    "user-unknown": user_unknown,
    "second-provider": second_provider,
    "charge-found": charge_found,
    "charge-unknown": charge_unknown,
    "plan-not-offered": plan_not_offered,
    "cancelled-in-both-branches": cancelled_in_both_branches,
    "welcome-corrected": welcome_corrected,
}
