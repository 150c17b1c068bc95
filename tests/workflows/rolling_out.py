"""What tests and recordings ask of the server automation."""

from models.rollout import Rollout
from saga import Decided, Decision, FlowStatus
from saga.messages import DecisionKind
from tests.workflows.playing import Handle, Playing

FLOW = "server-automation"
FIVE = ("web-1", "web-2", "web-3", "web-4", "web-5")


def change(change_id: str, *, version: str = "1.5.0", **more: object) -> Rollout:
    asked = {
        "change_id": change_id,
        "runbook": "upgrade",
        "arguments": {"service": "shop", "version": version},
        "hosts": FIVE,
        "requester": "ada",
        "approvers": ("grace",),
        "reason": "new discount codes",
    }
    return Rollout.model_validate({**asked, **more})


async def decide(handle: Handle, *, by: str = "grace", decision: DecisionKind = "approve") -> None:
    said = Decision(approval="change", decision=decision, by=by, comment="as discussed")
    await handle.execute_update("decide", said, result_type=Decided)


async def approved(playing: Playing, asked: Rollout) -> Handle:
    handle = await playing.start(FLOW, asked)
    await playing.until(handle, waits)
    await decide(handle)
    return handle


def waits(status: FlowStatus) -> bool:
    return status.waiting_for is not None
