"""The stories of the registration that are recorded."""

from models.registration import AccountCreated, Registration
from services.backstage.calls import CallState
from tests.histories.recording import Handle, Recording, Stories
from workflows.registration import welcome

FLOW = "registration"


def registration(name: str, *, domain: str = "example.com") -> Registration:
    return Registration(registration_id=name, name="Ada Lovelace", email=f"{name}@{domain}", newsletter=True)


async def completed(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, registration("completed"))


async def answered_with_the_start(recording: Recording) -> Handle:
    handle, _ = await recording.playing.answered(FLOW, registration("answered"), AccountCreated)
    return handle


async def email_taken(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createAccount", "refuse")
    return await recording.playing.start(FLOW, registration("taken"))


async def account_unknown(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createAccount", "malformed")
    return await recording.playing.start(FLOW, registration("unknown"))


async def cancelled_before_the_answer(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createAccount", "hold_after_effect")
    handle = await recording.playing.start(FLOW, registration("cancelled"))
    await recording.stand_ins.wait_for_held("createAccount", CallState.HELD_AFTER_EFFECT)
    await handle.cancel()
    await recording.stand_ins.release()
    return handle


async def mail_corrected(recording: Recording) -> Handle:
    made = registration("mistyped", domain="example.invalid")
    handle = await recording.playing.start(FLOW, made)
    incident = await recording.playing.incident(handle)
    right = welcome(made.model_copy(update={"email": "ada@example.com"}))
    await recording.playing.resolve(handle, incident.id, "retry", corrected=right)
    return handle


async def profile_settled(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createMarketingProfile", "refuse")
    handle = await recording.playing.start(FLOW, registration("settled"))
    incident = await recording.playing.incident(handle)
    await recording.playing.resolve(handle, incident.id, "settle")
    return handle


STORIES: Stories = {
    "completed": completed,
    "answered-with-the-start": answered_with_the_start,
    "email-taken": email_taken,
    "account-unknown": account_unknown,
    "cancelled-before-the-answer": cancelled_before_the_answer,
    "mail-corrected": mail_corrected,
    "profile-settled": profile_settled,
}
