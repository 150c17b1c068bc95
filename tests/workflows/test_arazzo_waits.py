"""The example documents that wait for long: for people, for messages, for a service that is away."""

from datetime import timedelta

import pytest
from pydantic import JsonValue
from temporalio.client import WorkflowUpdateFailedError

from saga.status import FlowState
from services.backstage.faults import FaultKind
from tests.arazzo.examples import input_of, plan_of
from tests.endings import end_of, status_of
from tests.workflows.documents import play
from tests.workflows.playing import Handle, Playing


async def begun(playing: Playing, name: str, **changed: JsonValue) -> Handle:
    return await play(playing, plan_of(name), input_of(name) | changed)


async def approved(playing: Playing, order: str) -> Handle:
    """An order on prepayment that a person has approved."""
    handle = await begun(playing, "approval", orderId=order)
    await playing.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
    said = {"approval": "askForApproval", "decision": "approve", "by": "grace", "input": {"contact": "heidi"}}
    await handle.execute_update("decide", said)
    await playing.stand_ins.wait_for_calls("reserveInventory", correlation_id=handle.id)
    return handle


async def paid(handle: Handle, order: str, amount: str = "2396.00") -> None:
    """The bank says so."""
    payload = {"orderId": order, "amount": amount, "receivedAt": "2026-02-01T09:00:00Z"}
    body = {
        "id": f"paid-{order}",
        "channel": "payments/received",
        "correlation_id": order,
        "payload": payload,
    }
    await handle.signal("event", {"mailbox": "events", "body": body})


async def test_nobody_approves(patient: Playing) -> None:
    """After three days the order fails, and nothing was called."""
    handle = await begun(patient, "approval", orderId="W-1")

    assert "ApprovalTimedOut" == await end_of(handle)
    assert [] == await patient.operations(handle)


async def test_a_person_says_no(patient: Playing) -> None:
    """The order fails, and nothing was called."""
    handle = await begun(patient, "approval", orderId="W-2")
    await patient.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
    said = {"approval": "askForApproval", "decision": "reject", "by": "grace", "comment": "not without money"}
    await handle.execute_update("decide", said)

    assert "ApprovalRejected" == await end_of(handle)
    assert [] == await patient.operations(handle)


async def test_a_form_is_filled_in_as_it_is_asked_for(patient: Playing) -> None:
    """What does not fit is refused, says why, and the order goes on waiting."""
    handle = await begun(patient, "approval", orderId="W-3")
    await patient.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
    said = {"approval": "askForApproval", "decision": "approve", "by": "grace", "input": {"contakt": "heidi"}}

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update("decide", said)

    assert "contact" in str(refused.value.cause)
    assert FlowState.WAITING_FOR_APPROVAL is (await status_of(handle)).status
    await handle.cancel()


async def test_the_money_never_comes(patient: Playing) -> None:
    """After two weeks the goods go back on the shelf."""
    handle = await approved(patient, "W-4")

    assert "MessageTimedOut" == await end_of(handle)
    assert ["reserveInventory", "releaseInventory"] == await patient.operations(handle)
    assert not await patient.open(handle)


async def test_too_little_money_comes(patient: Playing) -> None:
    """The same at once."""
    handle = await approved(patient, "W-5")
    await paid(handle, "W-5", amount="1.00")

    assert "CriteriaNotMet" == await end_of(handle)
    assert ["reserveInventory", "releaseInventory"] == await patient.operations(handle)


async def test_the_money_of_another_order(patient: Playing) -> None:
    """It is not taken for this one's."""
    handle = await approved(patient, "W-6")
    await paid(handle, "W-7", amount="1.00")
    await paid(handle, "W-6")

    assert "completed" == await end_of(handle)


async def test_the_carrier_is_away(patient: Playing) -> None:
    """It is asked each minute, under one key, and comes back."""
    handle = await approved(patient, "W-8")
    match = {"order_id": "W-8"}
    await patient.stand_ins.faults.add("createShipment", FaultKind.ERROR, match=match, times=20)
    await paid(handle, "W-8")

    assert "completed" == await end_of(handle)
    calls = await patient.stand_ins.calls(operation="createShipment", correlation_id=handle.id)
    assert (21, 1) == (len(calls), len({call.key for call in calls}))


async def test_the_search_is_away(patient: Playing) -> None:
    """A few times at once, then each minute for a quarter of an hour; then it waits for a person."""
    handle = await begun(patient, "content-publishing", slug="w-9", title="Notes on W-9")
    await patient.stand_ins.faults.add(
        "indexArticle", FaultKind.ERROR, match={"title": "Notes on W-9"}, times=20
    )

    assert patient.skip
    await patient.skip(timedelta(minutes=20))
    incident = await patient.incident(handle)

    assert ("indexArticle", 20) == (incident.step, (await patient.operations(handle)).count("indexArticle"))
    await patient.resolve(handle, incident.id, "retry")
    assert "completed" == await end_of(handle)


async def test_the_agent_cannot_tell(patient: Playing) -> None:
    """Then a person does, and what follows is the same."""
    handle = await begun(patient, "support-triage", text="I have no idea.")
    await patient.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
    (approval,) = (await status_of(handle)).approvals
    given = {"team": "accounts", "urgent": False}
    said = {"approval": approval.name, "decision": "approve", "by": "grace", "input": given}
    await handle.execute_update("decide", said)

    assert "completed" == await end_of(handle)
    assert "accounts" == (await handle.result())["team"]
