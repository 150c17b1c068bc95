"""What is wrong with a message is told to its sender, or counted, and never harms the flow."""

from datetime import timedelta

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.worker import Replayer

from saga import FlowState, SagaPlugin
from tests.saga.behaviours import refuse
from tests.saga.flows import FLOWS, Plan
from tests.saga.stage import COMPLETED, Handle, Stage, failed

DECISION = {"approval": "ask", "decision": "approve", "by": "ada"}
RESOLUTION = {"incident": "b.1", "decision": "retry", "by": "ada", "reason": "called them"}


async def asking(stage: Stage, *things: str) -> Handle:
    handle = await stage.start("sequence", Plan(things=("a", "ask", *things)))
    await stage.waits_for(handle, "approval:ask")
    return handle


async def test_unknown_approval(stage: Stage) -> None:
    """A decision on what was never asked is refused, and says what was asked; the history gets nothing."""
    handle = await asking(stage)
    before = await stage.at_rest(handle)

    refusal = await stage.refusal(handle, "decide", {**DECISION, "approval": "other"})

    assert refusal.type == "UnknownApproval"
    assert refusal.message == "No approval 'other'. Asked for: ask."
    assert await stage.kinds(handle) == before


async def test_second_decision(stage: Stage) -> None:
    """A second decision is refused, and names the first."""
    handle = await asking(stage, "ask more")
    await stage.decide(handle, "approve")
    await stage.waits_for(handle, "approval:ask more")
    before = await stage.at_rest(handle)

    refusal = await stage.refusal(handle, "decide", {**DECISION, "decision": "reject", "comment": "no"})

    assert refusal.type == "AlreadyDecided"
    assert refusal.message == "ada decided on ask already: approve."
    assert await stage.kinds(handle) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"approval": "ask", "by": "ada"}, "decision"),
        ({**DECISION, "decision": "perhaps"}, "decision"),
        ({**DECISION, "by": "  "}, "by"),
    ],
)
async def test_invalid_update(stage: Stage, wrong: dict[str, str], field: str) -> None:
    """An invalid update is refused and says which field is wrong, without its value; the history gets nothing."""
    handle = await asking(stage)
    before = await stage.at_rest(handle)

    refusal = await stage.refusal(handle, "decide", wrong)

    assert refusal.type == "PayloadValidationError"
    assert field in str(refusal.details)
    assert "perhaps" not in str((refusal.message, refusal.details))
    assert await stage.kinds(handle) == before


async def test_rejection_without_a_reason(stage: Stage) -> None:
    """A rejection has to say why."""
    handle = await asking(stage)

    refusal = await stage.refusal(handle, "decide", {**DECISION, "decision": "reject"})

    assert "a rejection needs a comment" in str(refusal.details)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"incident": "other"}, "UnknownIncident"),
        ({"decision": "skip"}, "ChoiceNotOffered"),
        ({"reason": ""}, "PayloadValidationError"),
    ],
)
async def test_refused_resolution(stage: Stage, change: dict[str, str], kind: str) -> None:
    """A resolution of no open incident, or by what it does not offer, is refused; the history gets nothing."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", refuse)
    handle = await stage.start("sequence", Plan(things=("b", "c")))
    await stage.waits_for(handle, "incident:b.1")
    before = await stage.at_rest(handle)

    assert (await stage.refusal(handle, "resolve", {**RESOLUTION, **change})).type == kind
    assert await stage.kinds(handle) == before
    await handle.execute_update("resolve", RESOLUTION)
    assert await stage.end_of(handle) == failed("Refused")


async def test_receipts(stage: Stage) -> None:
    """An update answers with a receipt: what, by whom, and when."""
    handle = await asking(stage)

    receipt = await handle.execute_update("decide", DECISION, result_type=Receipt)

    assert receipt.model_dump(exclude={"at"}) == DECISION
    assert await stage.end_of(handle) == COMPLETED


class Receipt(BaseModel):
    approval: str
    decision: str
    by: str
    at: str


def raw(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


@pytest.mark.parametrize(
    "bad",
    [
        {"approval": "ask"},
        {**DECISION, "approval": "other"},
        "approve, please",
        raw(b"{not json"),
        raw(b"\x00\x01", b"binary/unheard-of"),
    ],
    ids=["a field is missing", "no such approval", "a text", "broken JSON", "unknown encoding"],
)
async def test_bad_signal(forgetful: Stage, bad: object) -> None:
    """A bad signal is counted in the status and changes nothing: the flow goes on, on each replay too."""
    handle = await asking(forgetful, "b")

    await handle.signal("decide", bad)
    await forgetful.until(handle, lambda status: status.refused_messages == 1)
    await forgetful.decide(handle, "approve")

    assert await forgetful.end_of(handle) == COMPLETED
    replayer = Replayer(workflows=list(FLOWS.values()), plugins=[SagaPlugin()])
    result = await replayer.replay_workflow(await handle.fetch_history())
    assert result.replay_failure is None


async def test_signal_before_the_first_task(stage: Stage) -> None:
    """A signal that is there before the flow has begun finds its handler, and is counted as too early."""
    await stage.rest()
    handle = await stage.start("sequence", Plan(things=("ask",), decide_within=timedelta(milliseconds=10)))
    await stage.decide(handle, "approve", way="signal")

    await stage.work()

    assert await stage.end_of(handle) == failed("ApprovalTimedOut", FlowState.FAILED)
    assert (await stage.status(handle)).refused_messages == 1
