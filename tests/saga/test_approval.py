"""Approvals: a person's decision, validated and recorded, with a deadline that a decision in the same task beats."""

from datetime import timedelta

import pytest

from saga import Decision, FlowState
from saga.status import ApprovalState
from tests.saga.behaviours import held
from tests.saga.flows import Plan
from tests.saga.stage import COMPLETED, Stage, failed

ASKS = Plan(things=("a", "ask", "b"))
SOON_OVER = ASKS.model_copy(update={"decide_within": timedelta(milliseconds=300)})
WAYS = pytest.mark.parametrize("way", ["update", "signal"])


@WAYS
async def test_approved(stage: Stage, flow: str, way: str) -> None:
    """An approval, by update or signal, lets the flow go on; who decided, when and why is in the status."""
    handle = await stage.start(flow, ASKS)
    asked = await stage.waits_for(handle, "approval:ask")

    await stage.decide(handle, "approve", way=way)

    assert asked.status is FlowState.WAITING_FOR_APPROVAL
    assert await stage.end_of(handle) == COMPLETED
    [approval] = (await stage.status(handle)).approvals
    [decision] = approval.decisions
    assert approval.status is ApprovalState.APPROVED
    assert approval.asked_at <= decision.at <= approval.deadline
    assert (decision.by, decision.verdict, decision.comment) == ("ada", "approve", "because")
    assert not decision.authenticated


@WAYS
async def test_rejected(stage: Stage, flow: str, way: str) -> None:
    """A rejection, by update or signal, undoes everything: the flow fails with `ApprovalRejected`."""
    handle = await stage.start(flow, ASKS)
    await stage.waits_for(handle, "approval:ask")

    await stage.decide(handle, "reject", way=way)

    assert await stage.end_of(handle) == failed("ApprovalRejected")
    assert stage.world.log == ["make a", "unmake a"]
    assert (await stage.status(handle)).error == "ApprovalRejected: ada rejected ask: because"


async def test_deadline(patient: Stage, flow: str) -> None:
    """When nobody decides in time everything is undone: the flow fails with `ApprovalTimedOut`."""
    handle = await patient.start(flow, ASKS)

    assert await patient.end_of(handle) == failed("ApprovalTimedOut")
    assert patient.world.log == ["make a", "unmake a"]
    [approval] = (await patient.status(handle)).approvals
    assert approval.status is ApprovalState.TIMED_OUT
    assert approval.deadline - approval.asked_at == timedelta(days=3)


@pytest.mark.parametrize("decided_first", [True, False], ids=["decision first", "timer first"])
async def test_decision_together_with_the_deadline(
    forgetful: Stage, flow: str, *, decided_first: bool
) -> None:
    """A decision in the same workflow task as the deadline's timer wins, in whichever order they come."""
    handle = await forgetful.start(flow, SOON_OVER)
    await forgetful.until_event(handle, "TIMER_STARTED")
    await forgetful.rest()

    if decided_first:
        await forgetful.decide(handle, "approve", way="signal")
    await forgetful.until_event(handle, "TIMER_FIRED")
    if not decided_first:
        await forgetful.decide(handle, "approve", way="signal")
    await forgetful.work()

    assert await forgetful.end_of(handle) == COMPLETED


async def test_decision_after_the_deadline(stage: Stage) -> None:
    """A decision that comes after the deadline has been acted upon is refused, and changes nothing."""
    stage.world.on("undo a", held)
    handle = await stage.start("sequence", SOON_OVER)
    await stage.begun("a")

    refusal = await stage.refusal(handle, "decide", DECISION)
    stage.go_on("a")

    assert refusal.type == "ApprovalClosed"
    assert await stage.end_of(handle) == failed("ApprovalTimedOut")


DECISION = Decision(approval="ask", decision="approve", by="ada")
