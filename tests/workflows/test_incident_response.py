"""The incident response from the alert to the post-mortem."""

from collections import Counter
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from models.automation import RollBackRelease, RunRequest
from models.incident_response import Acknowledgement
from saga import FlowState, Resolution
from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from tests.workflows.responding import (
    FLOW,
    acknowledge,
    alert,
    fire,
    incident,
    paged,
    progress_of,
    quieten,
    refused,
    result_of,
    rolled_over,
    scale_out,
    sign,
    storm,
    tell,
)
from workflows.incident_response import LONG_HISTORY

MANY = LONG_HISTORY + 20

GRACE = Acknowledgement(by="grace")


async def test_an_alert_is_answered_and_remedied(playing: Playing) -> None:
    """Who is on call is paged, and answers; the runbook runs, the alert is clear, the post-mortem is written."""
    asked = incident("plain", service="checkout", runbook=scale_out("checkout"))
    handle = await tell(playing, alert(asked, "plain-1"))
    await paged(playing, handle)
    word = await acknowledge(handle, GRACE)
    await sign(playing, handle)

    result = await result_of(handle)
    assert (word.by, word.runbook) == ("grace", asked.runbook)
    assert (result.answered_by, result.runbooks, result.post_mortem) == ("grace", ("scale-out",), "written")
    assert await playing.open(handle) == Counter(["sendPage", "runRunbook", "openTask"])
    called = [
        "getSchedule",
        "sendPage",
        "acknowledgePages",
        "runRunbook",
        "getAlert",
        "openTask",
        "closeTask",
    ]
    assert await playing.operations(handle) == called


async def test_a_repeated_alert_joins(playing: Playing) -> None:
    """It is counted once, however often it is delivered; nobody is paged for it again, and no other flow begins."""
    asked = incident("repeated")
    handle = await tell(playing, alert(asked, "repeated-1"))
    await paged(playing, handle)
    for event_id in ("repeated-1", "repeated-2", "repeated-2", "repeated-3"):
        await tell(playing, alert(asked, event_id))
    status = await playing.until(handle, lambda seen: seen.mailboxes[0].pending == 0)
    await acknowledge(handle, GRACE)
    await sign(playing, handle)

    result = await result_of(handle)
    assert (5, 2) == (status.mailboxes[0].received, status.mailboxes[0].duplicates)
    assert (3, 1) == (result.alerts, len(await paged(playing, handle)))


async def test_who_may_acknowledge_and_when(playing: Playing) -> None:
    """Somebody on call, once; who is second is told who has it, and who is late that it is over."""
    asked = incident("words")
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)

    assert await refused(handle, Acknowledgement(by="mallory")) == "NotOnCall"
    assert await refused(handle, GRACE) is None
    assert await refused(handle, Acknowledgement(by="ada")) == "AlreadyAcknowledged"
    await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    assert await refused(handle, GRACE) == "AlreadyClear"
    await sign(playing, handle)
    assert await end_of(handle) == "completed"


async def test_a_word_by_signal(playing: Playing) -> None:
    """It counts as one by update does; what is wrong with it is counted, and stops nothing."""
    handle = await playing.start(FLOW, incident("signalled"))
    await paged(playing, handle)
    for said in (Acknowledgement(by="mallory"), {"by": 7}, "nonsense", GRACE, GRACE):
        await handle.signal("acknowledge", said)
    await sign(playing, handle)

    assert (await result_of(handle)).answered_by == "grace"
    assert (await progress_of(handle)).refused_acknowledgements == 4


async def test_a_word_on_the_pager_itself(playing: Playing) -> None:
    """The pager is asked before the next rung is paged."""
    handle = await playing.start(FLOW, incident("robot", service="self-test"))
    await sign(playing, handle, by="robot")

    assert (await result_of(handle)).answered_by == "robot"
    assert len(await paged(playing, handle)) == 1


async def test_another_runbook_than_the_alert_names(playing: Playing) -> None:
    """Whoever answers says what is run."""
    asked = incident("other", service="stubborn-other", runbook=scale_out("stubborn-other"))
    await fire(playing, asked)
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    back = RollBackRelease(service=asked.service, to_version="2026.11.1")
    await acknowledge(handle, Acknowledgement(by="grace", runbook=back))
    await sign(playing, handle)

    assert (await result_of(handle)).runbooks == ("roll-back-release",)


async def test_an_unknown_runbook_is_refused(playing: Playing) -> None:
    """Whoever names it is told; nothing is run, and the page goes on ringing."""
    handle = await playing.start(FLOW, incident("unknown"))
    await paged(playing, handle)
    said = {"by": "grace", "runbook": {"name": "rm-rf", "service": "checkout"}}
    await handle.signal("acknowledge", said)
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await handle.execute_update("acknowledge", said)

    assert isinstance(failed.value.cause, ApplicationError)
    assert "restart-service" in str(failed.value.cause.details)
    assert (await progress_of(handle)).round.acknowledged is None
    await acknowledge(handle, GRACE)
    await sign(playing, handle)
    assert (await result_of(handle)).runbooks == ()


async def test_a_refused_remedy_waits_for_a_person(playing: Playing) -> None:
    """The service must not be changed: a person names what may be, and that is run under the same roof."""
    asked = incident("frozen", service="frozen-shop", runbook=scale_out("frozen-shop"))
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    held = await playing.incident(handle)
    assert (held.step, held.options, held.accepts_input) == ("remedy", ("retry", "skip", "compensate"), True)
    assert held.cause.startswith("ChangeFreeze")

    (run,) = [step.input for step in (await status_of(handle)).steps if step.name == "remedy"]
    assert isinstance(run, dict)
    other = RunRequest.model_validate({**run, "runbook": {"name": "restart-service", "service": "shop"}})
    await playing.resolve(handle, held.id, "retry", corrected=other)
    await sign(playing, handle)

    assert (await result_of(handle)).runbooks == ("restart-service",)
    assert await playing.open(handle) == Counter(["sendPage", "openTask"])


async def test_a_cancel_reverts_what_was_done(playing: Playing) -> None:
    """The remedy is heard out, then reverted, and the pages are recalled."""
    asked = incident("cancelled", service="stubborn-cancelled", runbook=scale_out("stubborn-cancelled"))
    await fire(playing, asked)
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    await playing.until(handle, lambda seen: seen.waiting_for == "clearing")
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert (await playing.operations(handle))[-2:] == ["revertRun", "recallPage"]
    assert await playing.open(handle) == Counter()


async def test_a_cancel_after_the_alert_is_clear_changes_nothing(playing: Playing) -> None:
    """What was done stays, and the post-mortem is still owed."""
    asked = incident("late-cancel", service="checkout", runbook=scale_out("checkout"))
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    await handle.cancel()
    await tell(playing, alert(asked, "late-cancel-1"))
    await sign(playing, handle)

    assert await end_of(handle) == "completed"
    assert await playing.open(handle) == Counter(["sendPage", "runRunbook", "openTask"])


async def test_an_alert_that_fires_again_pages_again(playing: Playing) -> None:
    """While the post-mortem is open the response is on guard: it is one incident, with another round."""
    asked = incident("relapse", service="stubborn-relapse")
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    await fire(playing, asked)
    await tell(playing, alert(asked, "relapse-1"))
    await paged(playing, handle, 2)
    await quieten(playing, asked)
    await acknowledge(handle, Acknowledgement(by="ada"))
    await sign(playing, handle)

    result = await result_of(handle)
    assert (2, 1, "ada", "written") == (result.rounds, result.alerts, result.answered_by, result.post_mortem)


async def test_an_alert_that_is_clear_already_pages_nobody_further(playing: Playing) -> None:
    """The monitoring says resolved; that is looked at, and then nobody needs to answer."""
    asked = incident("by-itself")
    await fire(playing, asked)
    handle = await tell(playing, alert(asked, "by-itself-1"))
    await paged(playing, handle)
    await tell(playing, alert(asked, "by-itself-2", resolved=True))
    await playing.stand_ins.wait_for_calls("getAlert", state=CallState.ANSWERED, correlation_id=handle.id)
    still = await status_of(handle)
    await quieten(playing, asked)
    await tell(playing, alert(asked, "by-itself-3", resolved=True))
    await sign(playing, handle)

    result = await result_of(handle)
    assert still.approvals == ()
    assert (3, None) == (result.alerts, result.answered_by)


async def test_an_alert_whose_end_nobody_has_told(patient: Playing) -> None:
    """Before the next rung is paged the monitoring is asked: what is over needs nobody."""
    assert patient.skip
    handle = await patient.start(FLOW, incident("untold", service="checkout"))
    await paged(patient, handle)
    await patient.skip(timedelta(minutes=6))
    await sign(patient, handle)

    assert (await result_of(handle)).answered_by is None
    assert len(await paged(patient, handle)) == 1


async def test_a_monitoring_that_cannot_be_asked(playing: Playing) -> None:
    """After the remedy a person has to say what it does not: that the alert is clear."""
    asked = incident("blind", runbook=scale_out("service-blind"))
    await fire(playing, asked)
    await playing.stand_ins.faults.add(
        "getAlert", FaultKind.MALFORMED, times=None, match={"correlation_id": f"{FLOW}-blind"}
    )
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    held = await playing.incident(handle)
    said = Resolution(
        incident=held.id, decision="skip", by="grace", reason="I see it", result={"status": "resolved"}
    )
    await handle.execute_update("resolve", said)
    await sign(playing, handle)

    assert held.step == "get_alert"
    assert await end_of(handle) == "completed"


async def test_an_alert_is_believed_while_nobody_can_be_asked(playing: Playing) -> None:
    """A message says resolved, and the monitoring itself cannot be read: the page goes on ringing."""
    asked = incident("believed")
    await fire(playing, asked)
    handle = await tell(playing, alert(asked, "believed-1"))
    await paged(playing, handle)
    match = {"correlation_id": handle.id}
    await playing.stand_ins.faults.add("getAlert", FaultKind.MALFORMED, match=match)
    await tell(playing, alert(asked, "believed-2", resolved=True))
    status = await playing.until(handle, lambda seen: any(step.status == "skipped" for step in seen.steps))
    assert (await progress_of(handle)).clear_since is None
    await acknowledge(handle, GRACE)
    await quieten(playing, asked)
    await tell(playing, alert(asked, "believed-3", resolved=True))
    await sign(playing, handle)

    assert status.approvals == ()
    assert await end_of(handle) == "completed"


async def test_who_cannot_be_paged_is_left_out(playing: Playing) -> None:
    """The next rung is paged at once."""
    asked = incident("handed-over", service="handover")
    await fire(playing, asked)
    handle = await playing.start(FLOW, asked)
    await paged(playing, handle, 2)
    await quieten(playing, asked)
    await acknowledge(handle, Acknowledgement(by="hedy"))
    await sign(playing, handle, by="hedy")

    assert await end_of(handle) == "completed"
    assert [step.status for step in (await status_of(handle)).steps if step.name.startswith("page")] == [
        "skipped",
        "completed",
    ]


async def test_nobody_is_on_call(playing: Playing) -> None:
    """The alert is not lost over it: a person says whom to page, and ops are told."""
    handle = await playing.start(FLOW, incident("unowned", service="unowned-thing"))
    held = await playing.incident(handle)
    assert (held.step, held.needs_result) == ("get_schedule", True)
    ladder: dict[str, object] = {
        "rungs": [{"name": "whoever is here", "people": ["linus"], "within": "PT10M"}]
    }
    said = Resolution(incident=held.id, decision="skip", by="linus", reason="I am here", result=ladder)
    await handle.execute_update("resolve", said)
    await paged(playing, handle)
    await acknowledge(handle, Acknowledgement(by="linus"))
    await sign(playing, handle, by="linus")

    assert (await result_of(handle)).answered_by == "linus"


async def test_the_ladder_runs_to_its_last_rung_and_stays_there(patient: Playing) -> None:
    """Each rung has its time; the last one is paged again and again, until somebody answers."""
    assert patient.skip
    asked = incident("ladder", service="checkout")
    await fire(patient, asked)
    handle = await patient.start(FLOW, asked)
    await patient.skip(timedelta(minutes=50))
    status = await patient.until(handle, lambda seen: [s.name for s in seen.steps].count("page-5") == 1)
    rungs = [
        step.input["rung"] for step in status.steps if isinstance(step.input, dict) and "rung" in step.input
    ]
    await acknowledge(handle, Acknowledgement(by="ada"))
    await quieten(patient, asked)
    await patient.skip(timedelta(minutes=2))
    await sign(patient, handle, by="ada")

    assert ["primary", "secondary", "lead", "lead", "lead"] == rungs
    assert await end_of(handle) == "completed"


async def test_what_does_not_help_goes_back_to_the_people(patient: Playing) -> None:
    """A quarter of an hour after the runbook the alert still fires: another round, in which it is not run again."""
    assert patient.skip
    asked = incident("stubborn", service="stubborn-shop", runbook=scale_out("stubborn-shop"))
    await fire(patient, asked)
    handle = await patient.start(FLOW, asked)
    await paged(patient, handle)
    await acknowledge(handle, GRACE)
    await patient.skip(timedelta(minutes=17))
    pages = await paged(patient, handle, 2)
    word = await acknowledge(handle, GRACE)
    await quieten(patient, asked)
    await patient.skip(timedelta(minutes=2))
    await sign(patient, handle)

    result = await result_of(handle)
    assert (2, None) == (len(pages), word.runbook)
    assert (2, ("scale-out",)) == (result.rounds, result.runbooks)


async def test_a_post_mortem_that_nobody_writes(patient: Playing) -> None:
    """Whoever answered is reminded, the head of operations is told, and after ten days it is closed as overdue."""
    assert patient.skip
    handle = await patient.start(FLOW, incident("unwritten"))
    await paged(patient, handle)
    await acknowledge(handle, GRACE)
    await patient.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    await patient.skip(timedelta(days=10, minutes=1))

    assert (await result_of(handle)).post_mortem == "overdue"
    told = [(one.kind, one.to) for one in (await status_of(handle)).announcements]
    assert ("approval", "grace") in told
    assert ("approval_reminder", "grace") in told
    assert ("approval_escalation", "head-of-operations") in told


async def test_a_post_mortem_that_is_not_needed(playing: Playing) -> None:
    """To reject it says so, with the reason."""
    handle = await playing.start(FLOW, incident("waived"))
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    await sign(playing, handle, "reject")

    assert (await result_of(handle)).post_mortem == "waived"


async def test_a_pager_that_is_down_is_tried_for_minutes(patient: Playing) -> None:
    """The page is sent once when it is back; no rung is left out."""
    assert patient.skip
    asked = incident("pager-down")
    await patient.stand_ins.faults.add(
        "sendPage", FaultKind.UNAVAILABLE, times=6, match={"correlation_id": f"{FLOW}-pager-down"}
    )
    handle = await patient.start(FLOW, asked)
    await patient.skip(timedelta(minutes=2))
    await paged(patient, handle, 7)
    await acknowledge(handle, GRACE)
    await sign(patient, handle)

    assert await end_of(handle) == "completed"
    assert (await patient.open(handle))["sendPage"] == 1


async def test_months_of_alerts_leave_a_short_history(playing: Playing) -> None:
    """The response goes on as a new run, on its rung and in its post-mortem, and knows every alert that it has had."""
    asked = incident("noisy", service="checkout", runbook=scale_out("checkout"))
    handle = await tell(playing, alert(asked, "noisy-0"))
    await paged(playing, handle)
    await storm(playing, asked, range(MANY))
    await rolled_over(playing, handle, runs=2)
    await acknowledge(handle, GRACE)
    await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    await storm(playing, asked, range(MANY, 2 * MANY))
    await rolled_over(playing, handle, runs=3)
    await sign(playing, handle)

    assert (await result_of(handle)).alerts == 2 * MANY
    assert len(await paged(playing, handle)) == 1
    assert await playing.open(handle) == Counter(["sendPage", "runRunbook", "openTask"])


async def test_a_cancel_after_a_roll_over_reverts_what_was_done_before(playing: Playing) -> None:
    """What an earlier run did, a later one undoes."""
    asked = incident("noisy-and-cancelled", service="stubborn-noise", runbook=scale_out("stubborn-noise"))
    await fire(playing, asked)
    handle = await tell(playing, alert(asked, "noisy-and-cancelled-0"))
    await paged(playing, handle)
    await acknowledge(handle, GRACE)
    await playing.until(handle, lambda seen: seen.waiting_for == "clearing")
    await storm(playing, asked, range(MANY))
    await rolled_over(playing, handle, runs=2)
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert await playing.open(handle) == Counter()
