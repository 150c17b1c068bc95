"""When an approval reminds, escalates and times out; and that a further run of the flow goes on with it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saga import Carried, Deciders, FlowState, FlowStatus, Group, Rung, WorkingTime
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus
from tests.saga.asking import Asking
from tests.saga.deciding import approval_of, asking, said, told
from tests.saga.stage import COMPLETED, Handle, Stage, failed

DEPUTY = Rung(after=timedelta(days=2), to=Deciders(people=("judy", "ada")), name="deputy")
BOARD = Rung(after=timedelta(days=4), to=Deciders(groups=(Group(name="board", members=("kim", "lee")),)))
PATIENT = Asking(
    deciders=Deciders(people=("grace", "heidi")),
    excluded=("requester",),
    quorum=2,
    deadline=timedelta(days=5),
    remind_every=timedelta(days=1, hours=12),
    ladder=(DEPUTY, BOARD),
)


async def skip_to(patient: Stage, handle: Handle, time: timedelta, reached: int) -> FlowStatus:
    """Let time pass; what was due then is told."""
    await patient.skip(time)
    return await patient.until(handle, lambda status: len(status.announcements) == reached)


async def test_reminders_and_escalation(patient: Stage) -> None:
    """Who has not decided is reminded; each rung lets more people decide and tells them; then it has timed out."""
    handle = await asking(patient, PATIENT)
    await patient.send(handle, "decide", said("grace"))
    assert (await patient.refusal(handle, "decide", said("judy"))).type == "NotADecider"

    await skip_to(patient, handle, timedelta(days=1, hours=13), 3)
    assert told(patient, "approval_reminder") == ["heidi"]
    status = await skip_to(patient, handle, timedelta(hours=12), 4)
    assert told(patient, "approval_escalation") == ["judy"]
    assert status.approvals[0].deciders == ("grace", "heidi", "judy")
    assert (await patient.refusal(handle, "decide", said("ada"))).type == "NotADecider"
    await skip_to(patient, handle, timedelta(days=1), 6)
    assert told(patient, "approval_reminder") == ["heidi", "heidi", "judy"]

    assert await patient.end_of(handle) == failed("ApprovalTimedOut")
    approval = await approval_of(patient, handle)
    assert approval.escalated == ("deputy", "rung 2")
    assert approval.reminded == 3
    assert told(patient, "approval_escalation") == ["judy", "kim", "lee"]
    assert (await patient.status(handle)).error == (
        f"ApprovalTimedOut: Only 1 of 2 approved payment by {approval.deadline:%Y-%m-%d %H:%M} UTC."
    )


async def test_both_at_once(patient: Stage) -> None:
    """Where a reminder and a rung fall together, who comes in is told once."""
    plan = PATIENT.model_copy(update={"remind_every": timedelta(days=2), "ladder": (DEPUTY,)})
    handle = await asking(patient, plan)

    await skip_to(patient, handle, timedelta(days=2, hours=1), 5)

    assert told(patient, "approval_reminder") == ["grace", "heidi"]
    assert told(patient, "approval_escalation") == ["judy"]
    await patient.send(handle, "decide", said("grace", "reject"))
    await patient.end_of(handle)


async def test_deputy_decides(patient: Stage) -> None:
    """Whom a rung has added decides like the others, and then nobody is told of anything more."""
    handle = await asking(patient, PATIENT)
    await patient.send(handle, "decide", said("grace"))
    await skip_to(patient, handle, timedelta(days=2, hours=1), 4)

    await patient.send(handle, "decide", said("judy"))

    assert await patient.end_of(handle) == COMPLETED
    assert len(patient.world.told) == 4
    assert (await approval_of(patient, handle)).next_due is None
    assert (await patient.status(handle)).status is FlowState.COMPLETED


async def test_in_working_time(patient: Stage) -> None:
    """A day is eight hours between nine and five in Tokyo, whose zone is read first of all inside the sandbox."""
    tokyo = WorkingTime.model_construct(zone="Asia/Tokyo", opens=time(9), closes=time(17))
    plan = PATIENT.model_copy(update={"calendar": tokyo, "deadline": timedelta(days=2), "ladder": ()})
    handle = await asking(patient, plan)

    assert await patient.end_of(handle) == failed("ApprovalTimedOut")
    approval = await approval_of(patient, handle)
    assert tokyo.between(approval.asked_at, approval.deadline) == timedelta(hours=16)
    assert approval.deadline - approval.asked_at >= timedelta(hours=32)
    assert 9 <= (approval.deadline - timedelta(seconds=1)).astimezone(ZoneInfo("Asia/Tokyo")).hour < 17


async def test_an_earlier_run_has_asked(stage: Stage) -> None:
    """It goes on with its people, decisions, version and deadline; nobody is asked anew, and one reminder was missed."""
    now = datetime.now(UTC)
    asked_at = now - timedelta(days=10)
    grace = DecisionStatus(by="grace", at=asked_at, verdict="approve", digest="d")
    begun = ApprovalStatus(
        name="payment",
        status=ApprovalState.WAITING,
        asked_at=asked_at,
        deadline=now + timedelta(days=300),
        deciders=("grace", "heidi", "judy"),
        digest="d",
        version=3,
        quorum=2,
        missing=1,
        decisions=(grace,),
        escalated=("deputy",),
    )
    carried = Carried(began_at=asked_at, approvals=(begun,))
    handle = await asking(stage, PATIENT.model_copy(update={"carried": carried, "ladder": (DEPUTY,)}))
    known = await approval_of(stage, handle)
    late = await stage.refusal(handle, "decide", said("heidi"))
    await stage.send(handle, "decide", said("heidi", digest="d"))

    assert await stage.end_of(handle) == COMPLETED
    assert known.reminded == 1
    assert known.reminded_at
    assert known.model_copy(update={"next_due": None, "reminded": 0, "reminded_at": None}) == begun
    assert late.type == "OutdatedDecision"
    assert told(stage, "approval_reminder") == ["heidi", "judy"]
    assert told(stage, "approval") == []


async def test_decided_before_it_goes_on(stage: Stage) -> None:
    """A decision that is there before the new run asks again counts."""
    handle = await asking(stage, Asking())
    begun = await approval_of(stage, handle)
    await handle.cancel()
    await stage.rest()
    carried = Carried(began_at=begun.asked_at, approvals=(begun,))
    further = await stage.start("asking", Asking(carried=carried))
    await stage.send(further, "decide", said("grace"), way="signal")

    await stage.work()

    assert await stage.end_of(further) == COMPLETED


async def test_an_earlier_run_has_seen_its_end(stage: Stage) -> None:
    """What was approved then approves nothing now: to ask under the same name again is a mistake of the flow."""
    handle = await asking(stage, Asking())
    await stage.send(handle, "decide", said("grace"))
    await stage.end_of(handle)
    ended = await approval_of(stage, handle)
    carried = Carried(began_at=ended.asked_at, approvals=(ended,))

    further = await stage.start("asking", Asking(carried=carried))

    await stage.until_event(further, "WORKFLOW_TASK_FAILED")
    await further.terminate()


async def test_decided_as_an_earlier_run_ended(stage: Stage) -> None:
    """A decision that the earlier run had no time to act on is acted on now."""
    handle = await asking(stage, Asking())
    await stage.send(handle, "decide", said("grace"))
    await stage.end_of(handle)
    decided = (await approval_of(stage, handle)).model_copy(update={"acted_on": False})
    carried = Carried(began_at=decided.asked_at, approvals=(decided,))

    assert await stage.play("asking", Asking(carried=carried)) == COMPLETED
