"""Approvals that name their people: who may decide, how many have to, on what, and who is told."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from saga import Carried, Deciders, Decision, FlowState, FlowStatus, Group, Rung, WorkingTime
from saga.messages import DecisionKind
from saga.people import opaque_id
from saga.search_attributes import SAGA_DECIDERS, SAGA_DUE_AT
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus
from tests.eventually import eventually
from tests.saga.asking import Asking, Change
from tests.saga.stage import COMPLETED, Handle, Stage, failed

FINANCE = Deciders(people=("grace",), groups=(Group(name="finance", members=("heidi", "ivan")),))
TWO = Asking(deciders=FINANCE, quorum=2)


def said(
    by: str, decision: DecisionKind = "approve", *, digest: str | None = None, to: str | None = None
) -> Decision:
    return Decision(approval="payment", decision=decision, by=by, comment="because", digest=digest, to=to)


async def asking(stage: Stage, plan: Asking) -> Handle:
    handle = await stage.start("asking", plan)
    await stage.waits_for(handle, "approval:payment")
    return handle


async def approval_of(stage: Stage, handle: Handle) -> ApprovalStatus:
    [approval] = (await stage.status(handle)).approvals
    return approval


async def refused(stage: Stage, handle: Handle, decision: Decision) -> ApplicationError:
    """Why it is; the history gets nothing."""
    before = await stage.at_rest(handle)
    refusal = await stage.refusal(handle, "decide", decision)
    assert before == await stage.at_rest(handle)
    return refusal


def told(stage: Stage, kind: str) -> list[str]:
    return sorted(announcement.to for announcement in stage.world.told if announcement.kind == kind)


async def in_the_index(handle: Handle) -> list[str]:
    """Whose decision the search attributes say is missing."""
    return sorted((await handle.describe()).typed_search_attributes.get(SAGA_DECIDERS) or [])


async def test_quorum(stage: Stage) -> None:
    """Two different people approve; the status says who may, how many are missing, and what each of them saw."""
    handle = await asking(stage, TWO)
    asked = await approval_of(stage, handle)
    await stage.send(handle, "decide", said("Heidi", digest=asked.digest))
    between = await approval_of(stage, handle)
    again = await refused(stage, handle, said("heidi"))
    await stage.send(handle, "decide", said("grace"), way="signal")

    assert await stage.end_of(handle) == COMPLETED
    assert asked.deciders == ("grace", "heidi", "ivan")
    assert (asked.missing, between.missing, again.type) == (2, 1, "AlreadyDecided")
    assert asked.shown == {"amount": 100, "iban": "***"}
    decided = await approval_of(stage, handle)
    assert decided.status is ApprovalState.APPROVED
    assert [(one.by, one.digest) for one in decided.decisions] == [
        ("Heidi", asked.digest),
        ("grace", asked.digest),
    ]


@pytest.mark.parametrize(
    ("decision", "kind"),
    [
        (said("mallory"), "NotADecider"),
        (said("ivan"), "NotADecider"),
        (said("ivan", "reject"), "NotADecider"),
        (said("ada"), "NotADecider"),
        (said("grace", digest="0123456789abcdef"), "OutdatedDecision"),
        (said("grace", "withdraw"), "NotTheRequester"),
        (said("grace", "delegate", to="Grace"), "NotADelegate"),
        (said("grace", "delegate", to="ivan"), "NotADelegate"),
        (said("grace", "delegate", to="ada"), "NotADelegate"),
        (said("grace", "delegate", to="heidi"), "NotADelegate"),
        (said("mallory", "delegate", to="trent"), "NotADecider"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.by}-{value.decision}-{value.to}",
)
async def test_refused(stage: Stage, decision: Decision, kind: str) -> None:
    """By update a refusal is told, and adds nothing to the history; by signal it is in the status."""
    handle = await asking(stage, TWO.model_copy(update={"excluded": ("requester", "ivan")}))

    assert (await refused(stage, handle, decision)).type == kind
    await stage.send(handle, "decide", decision, way="signal")
    status = await stage.until(handle, lambda status: bool(status.refusals))

    [refusal] = status.refusals
    assert (refusal.message, refusal.by) == ("decide", decision.by)
    assert status.refused_messages == 1
    assert not status.approvals[0].decisions
    assert status.approvals[0].status is ApprovalState.WAITING


async def test_one_rejection_ends_it(stage: Stage) -> None:
    """However many have to approve."""
    handle = await asking(stage, TWO)
    await stage.send(handle, "decide", said("grace"))

    await stage.send(handle, "decide", said("ivan", "reject"))

    assert await stage.end_of(handle) == failed("ApprovalRejected")


async def test_withdrawn(stage: Stage) -> None:
    """Whoever has asked for it takes it back: all is undone, and nobody can decide any more."""
    handle = await asking(stage, TWO)

    await stage.send(handle, "decide", said("Ada", "withdraw"))

    assert await stage.end_of(handle) == failed("ApprovalWithdrawn")
    assert (await approval_of(stage, handle)).status is ApprovalState.WITHDRAWN
    assert stage.world.open_effects() == []


async def test_what_is_asked_for_changes(stage: Stage) -> None:
    """What was decided lapses and stays visible, all are asked again, and a decision on what was before is refused."""
    handle = await asking(stage, TWO)
    before = await approval_of(stage, handle)
    await stage.send(handle, "decide", said("grace", digest=before.digest))

    await handle.execute_update("change", Change(amount=900))

    after = await approval_of(stage, handle)
    assert (after.version, after.missing, after.summary) == (2, 2, "Bill over 900")
    assert [(one.by, one.lapsed) for one in after.decisions] == [("grace", True)]
    assert (await refused(stage, handle, said("heidi"))).type == "OutdatedDecision"
    assert (await refused(stage, handle, said("heidi", digest=before.digest))).type == "OutdatedDecision"
    await stage.send(handle, "decide", said("grace", digest=after.digest))
    await stage.send(handle, "decide", said("heidi", digest=after.digest))
    assert await stage.end_of(handle) == COMPLETED
    assert told(stage, "approval") == ["grace", "grace", "heidi", "heidi", "ivan", "ivan"]


async def test_too_late_to_change(stage: Stage) -> None:
    """What is decided, in the same workflow task even, cannot be changed: the change is refused, the flow goes on."""
    handle = await asking(stage, Asking())
    await stage.rest()
    await stage.send(handle, "decide", said("grace"), way="signal")
    change = asyncio.ensure_future(stage.refusal(handle, "change", Change(amount=900)))
    await stage.until_event(handle, "WORKFLOW_EXECUTION_SIGNALED")
    await stage.work()

    assert (await change).type == "AlreadyDecided"
    assert await stage.end_of(handle) == COMPLETED


async def test_delegated(stage: Stage) -> None:
    """The delegate decides in the place of who has delegated, who has no say any more; he is told."""
    handle = await asking(stage, Asking(deciders=Deciders(people=("grace", "heidi"))))
    await stage.send(handle, "decide", said("grace", "delegate", to="kim"))

    assert (await refused(stage, handle, said("grace"))).type == "NotADecider"
    assert (await refused(stage, handle, said("kim", "delegate", to="grace"))).type == "NotADelegate"
    await eventually(lambda: in_the_index(handle), lambda found: opaque_id("kim") in found)
    await stage.send(handle, "decide", said("kim"))

    assert await stage.end_of(handle) == COMPLETED
    [given] = (await approval_of(stage, handle)).delegations
    assert (given.by, given.to) == ("grace", "kim")
    assert "kim" in told(stage, "approval")


async def test_in_the_index(stage: Stage) -> None:
    """Those whose decision is missing are found by opaque ids; who has decided leaves, and in the end all do."""
    handle = await asking(stage, TWO)

    assert await eventually(lambda: in_the_index(handle), bool) == ids("grace", "heidi", "ivan")
    due = (await handle.describe()).typed_search_attributes.get(SAGA_DUE_AT)
    assert due == (await approval_of(stage, handle)).deadline
    await stage.send(handle, "decide", said("heidi"))
    await eventually(lambda: in_the_index(handle), lambda found: found == ids("grace", "ivan"))
    await stage.send(handle, "decide", said("ivan"))
    assert await stage.end_of(handle) == COMPLETED
    assert await in_the_index(handle) == []


def ids(*people: str) -> list[str]:
    return sorted(map(opaque_id, people))


async def test_nobody_is_named(stage: Stage) -> None:
    """Anyone may decide who is not excluded; nobody is told, and the index has no deciders."""
    handle = await asking(stage, Asking(deciders=None, excluded=("requester",), quorum=2))
    events = await stage.at_rest(handle)

    assert (await refused(stage, handle, said("ada"))).type == "NotADecider"
    assert (await refused(stage, handle, said("kim", "delegate", to="lee"))).type == "NotADelegate"
    assert events.count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES") == 1
    await stage.send(handle, "decide", said("kim"))
    assert await in_the_index(handle) == []
    await stage.send(handle, "decide", said("lee"))

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.told == []


async def test_too_few_people(stage: Stage) -> None:
    """Where fewer may ever decide than have to, the flow fails at once and says why."""
    plan = Asking(deciders=Deciders(people=("ada", "Ada", "grace")), quorum=2, excluded=("requester",))

    assert await stage.play("asking", plan) == failed("ApprovalImpossible")


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
    """A zone's hours count inside the sandbox: half a working day from Saturday ends on Monday at one, local time."""
    berlin = WorkingTime(zone="Europe/Berlin", days=(0, 1, 2, 3, 4), opens=time(9), closes=time(17))
    plan = PATIENT.model_copy(update={"calendar": berlin, "deadline": timedelta(days=1), "ladder": ()})
    handle = await asking(patient, plan)

    assert await patient.end_of(handle) == failed("ApprovalTimedOut")
    approval = await approval_of(patient, handle)
    worked = berlin.between(approval.asked_at, approval.deadline)
    assert worked == timedelta(hours=8)
    assert approval.deadline - approval.asked_at >= timedelta(hours=16)


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
