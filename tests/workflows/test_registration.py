"""The registration from its start to what the downstreams remember of it."""

from collections import Counter
from datetime import timedelta

from models.registration import AccountCreated, Registration, RegistrationResult
from saga import FlowState
from saga.status import SlaState
from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from workflows.registration import welcome

FLOW = "registration"
ACCOUNT = Counter(["createAccount"])
ALL = ACCOUNT + Counter(["sendNotification", "createMarketingProfile"])


def registration(name: str, *, domain: str = "example.com") -> Registration:
    """One with an address of its own."""
    return Registration(registration_id=name, name="Ada Lovelace", email=f"{name}@{domain}", newsletter=True)


def mail_of(made: Registration) -> dict[str, str]:
    """What a fault matches in the welcome mail."""
    return {"recipient": made.email}


async def test_an_account_is_created_and_its_owner_welcomed(playing: Playing) -> None:
    """The answer and the result name the account that was made; mail and profile are made once."""
    handle, answer = await playing.answered(FLOW, registration("plain"), AccountCreated)

    result = RegistrationResult.model_validate(await handle.result())
    effects = await playing.stand_ins.effects(correlation_id=handle.id, operation="createAccount")
    assert [answer.account_id] == [effect.resource_id for effect in effects]
    assert RegistrationResult(registration_id="plain", account_id=answer.account_id) == result
    assert await playing.open(handle) == ALL


async def test_a_taken_address_is_refused(playing: Playing) -> None:
    """Who asks for the answer is told so; nothing else is called, and the first account stands."""
    first, _ = await playing.answered(FLOW, registration("taken"), AccountCreated)
    again = registration("taken").model_copy(update={"registration_id": "taken-again"})

    refused = await playing.unanswered(FLOW, again)

    handle = playing.client.get_workflow_handle("registration-taken-again")
    assert refused.type == "EmailTaken"
    assert await end_of(handle) == "EmailTaken"
    assert (await status_of(handle)).status is FlowState.FAILED
    assert await playing.operations(handle) == ["createAccount"]
    assert await end_of(first) == "completed"
    assert await playing.open(first) == ALL


async def test_what_became_of_the_account_is_not_known(playing: Playing) -> None:
    """An answer that cannot be read may stand for an account: it is deleted, and nobody is welcomed."""
    made = registration("unreadable")
    await playing.stand_ins.faults.add("createAccount", FaultKind.MALFORMED, match={"email": made.email})

    refused = await playing.unanswered(FLOW, made)

    handle = playing.client.get_workflow_handle("registration-unreadable")
    assert refused.type == "ResponseInvalid"
    assert await end_of(handle) == "ResponseInvalid"
    assert await playing.operations(handle) == ["createAccount", "deleteAccount"]
    assert await playing.open(handle) == Counter()


async def test_a_cancel_before_the_answer_leaves_no_account(playing: Playing) -> None:
    """The call is waited for, and what it made is deleted."""
    made = registration("cancelled")
    await playing.stand_ins.faults.add(
        "createAccount", FaultKind.HOLD_AFTER_EFFECT, match={"email": made.email}
    )
    handle = await playing.start(FLOW, made)
    await playing.stand_ins.wait_for_held("createAccount", CallState.HELD_AFTER_EFFECT)
    await handle.cancel()
    await playing.stand_ins.release()

    assert await end_of(handle) == "CancelledError"
    assert await playing.open(handle) == Counter()


async def test_a_cancel_after_the_answer_changes_nothing(playing: Playing) -> None:
    """The account was promised: mail and profile still follow."""
    made = registration("promised")
    await playing.stand_ins.faults.add("sendNotification", FaultKind.SLOW, match=mail_of(made), seconds=0.3)
    handle, _ = await playing.answered(FLOW, made, AccountCreated)
    await handle.cancel()

    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == ALL


async def test_mail_and_profile_are_made_side_by_side(playing: Playing) -> None:
    """While the mail is under way the answer is there, and the profile is made."""
    made = registration("beside")
    await playing.stand_ins.faults.add("sendNotification", FaultKind.HOLD_BEFORE_EFFECT, match=mail_of(made))
    handle, _ = await playing.answered(FLOW, made, AccountCreated)
    await playing.stand_ins.wait_for_held("sendNotification")
    await playing.stand_ins.wait_for_calls(
        "createMarketingProfile", state=CallState.ANSWERED, correlation_id=handle.id
    )
    effects = await playing.open(handle)
    await playing.stand_ins.release()

    assert effects == ALL - Counter(["sendNotification"])
    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == ALL


async def test_a_refused_mail_is_sent_to_the_right_address(playing: Playing) -> None:
    """An address that nobody has is an incident at once; the account stands, and the corrected mail is sent once."""
    made = registration("mistyped", domain="example.invalid")
    handle, _ = await playing.answered(FLOW, made, AccountCreated)
    incident = await playing.incident(handle)
    assert (incident.step, incident.accepts_input) == ("send_welcome_mail", True)
    assert incident.cause.startswith("RecipientRefused")
    assert await playing.open(handle) == ALL - Counter(["sendNotification"])

    right = welcome(made.model_copy(update={"email": "ada@example.com"}))
    await playing.resolve(handle, incident.id, "retry", corrected=right)

    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == ALL


async def test_a_profile_that_is_not_to_be_had_is_settled(playing: Playing) -> None:
    """A person says that it is dealt with; the registration completes without it."""
    made = registration("settled")
    await playing.stand_ins.faults.add(
        "createMarketingProfile", FaultKind.REFUSE, match={"email": made.email}
    )
    handle, _ = await playing.answered(FLOW, made, AccountCreated)
    incident = await playing.incident(handle)

    await playing.resolve(handle, incident.id, "settle")

    assert await end_of(handle) == "completed"
    assert (await status_of(handle)).steps[-1].status == "skipped"
    assert await playing.open(handle) == ALL - Counter(["createMarketingProfile"])


async def test_a_mail_that_cannot_be_sent_waits_for_days(patient: Playing) -> None:
    """It is tried for minutes, then parked; the account and the profile stand; days later a retry sends it."""
    assert patient.skip
    made = registration("no-mail")
    await patient.stand_ins.faults.add(
        "sendNotification", FaultKind.UNAVAILABLE, times=8, match=mail_of(made)
    )
    handle, answer = await patient.answered(FLOW, made, AccountCreated)
    await patient.skip(timedelta(minutes=5))
    incident = await patient.incident(handle)
    await patient.skip(timedelta(days=6))

    status = await patient.until(handle, lambda seen: seen.incidents[0].reminded > 6)
    tried = await patient.stand_ins.calls(operation="sendNotification", correlation_id=handle.id)
    assert (answer.registration_id, status.status) == (made.registration_id, FlowState.NEEDS_ATTENTION)
    assert [503] * 8 == [call.status for call in tried]
    assert len({call.key for call in tried}) == 1
    assert await patient.open(handle) == ALL - Counter(["sendNotification"])
    await patient.resolve(handle, incident.id, "retry")
    assert await end_of(handle) == "completed"
    assert await patient.open(handle) == ALL


async def test_a_mail_that_may_have_been_sent_is_not_sent_again_days_later(patient: Playing) -> None:
    """The service may have forgotten the key by then: nothing is called, and a person says what is true."""
    assert patient.skip
    made = registration("silence")
    await patient.stand_ins.faults.add(
        "sendNotification", FaultKind.EFFECT_THEN_TIMEOUT, times=8, match=mail_of(made)
    )
    handle, _ = await patient.answered(FLOW, made, AccountCreated)
    await patient.skip(timedelta(minutes=5))
    incident = await patient.incident(handle)
    assert (incident.cause.partition(":")[0], incident.accepts_input) == ("ResponseTimedOut", False)
    await patient.skip(timedelta(days=2))
    called = await patient.operations(handle)

    await patient.resolve(handle, incident.id, "retry")

    await patient.until(handle, lambda seen: [open_.id for open_ in seen.incidents] != [incident.id])
    old = await patient.incident(handle)
    assert old.cause.startswith("KeyExpired")
    assert await patient.operations(handle) == called
    await patient.resolve(handle, old.id, "settle")
    assert await end_of(handle) == "completed"
    assert await patient.open(handle) == ALL


async def test_a_late_welcome_is_told(patient: Playing) -> None:
    """A warning after one hour, the breach after four, and a day later the head of customer care."""
    assert patient.skip
    made = registration("late", domain="example.invalid")
    handle, _ = await patient.answered(FLOW, made, AccountCreated)
    incident = await patient.incident(handle)
    await patient.skip(timedelta(hours=24, minutes=5))

    status = await patient.until(handle, lambda seen: bool(seen.sla and seen.sla.escalated_to))
    told = [announcement.kind for announcement in status.announcements if not announcement.incident]
    assert told == ["sla_warning", "sla_breach", "escalation"]
    assert status.sla
    assert (status.sla.state, status.sla.escalated_to) == (SlaState.ESCALATED, ("head-of-customer-care",))
    await patient.resolve(handle, incident.id, "settle")
    assert await end_of(handle) == "completed"
