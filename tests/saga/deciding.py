"""What people send to the flow that asks them, and what is seen of it."""

from __future__ import annotations

from pydantic import JsonValue
from temporalio.exceptions import ApplicationError

from saga import Decision
from saga.messages import DecisionKind
from saga.status import ApprovalStatus
from tests.saga.asking import Asking
from tests.saga.stage import Handle, Stage


def said(
    by: str,
    decision: DecisionKind = "approve",
    *,
    digest: str | None = None,
    to: str | None = None,
    brings: JsonValue = None,
) -> Decision:
    return Decision(
        approval="payment", decision=decision, by=by, comment="because", digest=digest, to=to, input=brings
    )


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
