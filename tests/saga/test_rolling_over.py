"""A flow that goes on as a new run has forgotten nothing, and does nothing a second time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest

from saga import AnswerRequest, Decision
from saga.messages import Event
from tests.saga.behaviours import refuse
from tests.saga.long import Life, Order
from tests.saga.stage import CANCELLED, COMPLETED, Handle, Stage, failed


async def tell(stage: Stage, handle: Handle, *orders: tuple[int, str]) -> None:
    for number, thing in orders:
        event = Event(mailbox="orders", body=Order(number=number, thing=thing).model_dump())
        await stage.send(handle, "event", event, way="signal")


def numbered(things: Iterable[str]) -> list[tuple[int, str]]:
    return list(enumerate(things, 1))


async def runs(stage: Stage, handle: Handle) -> int:
    """So many runs the flow has had."""
    listed = stage.client.list_workflows(f"WorkflowId = '{handle.id}'")
    return len([run.run_id async for run in listed])


async def test_undo(stage: Stage) -> None:
    """What earlier runs did is undone by the run that fails, newest first, each once."""
    stage.world.on("d", refuse)
    handle = await stage.start("living", Life(things=("a",)))

    await tell(stage, handle, *numbered(["b", "roll", "c", "roll", "d"]))

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["c", "b", "a"]
    assert stage.world.open_effects() == []


async def test_nothing_is_undone_by_rolling_over(stage: Stage) -> None:
    """To go on as a new run is no end: nothing is undone, and the flow completes."""
    handle = await stage.start("living", Life(things=("a",)))

    await tell(stage, handle, *numbered(["roll", "b", "end"]))

    assert await stage.end_of(handle) == COMPLETED
    assert (stage.world.open_effects(), stage.world.unmade) == (["a", "b"], [])


async def test_keys(stage: Stage) -> None:
    """The same step has another key in each run: what the second does is not taken for the first's."""
    handle = await stage.start("living", Life())

    await tell(stage, handle, *numbered(["a", "roll", "a", "a", "roll", "a", "end"]))
    await stage.end_of(handle)

    assert len(set(stage.world.keys("a"))) == 4
    steps = [step.name for step in (await stage.status(handle)).steps]
    assert steps == ["a", "a-2", "a-3", "a-4"]


async def test_cancel(stage: Stage) -> None:
    """A cancel after it undoes what was done before it."""
    handle = await stage.start("living", Life(things=("a",)))
    await tell(stage, handle, *numbered(["roll", "b"]))
    await stage.until_called("make b")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["b", "a"]


async def test_events(stage: Stage) -> None:
    """What was not read goes along, what is missing is still waited for, and what came before is known."""
    handle = await stage.start("living", Life())

    await tell(stage, handle, (3, "c"), (1, "roll"), (1, "roll"), (4, "d"), (2, "b"), (2, "b"), (5, "end"))

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log == ["make b", "make c", "make d"]


async def test_event_that_comes_meanwhile(stage: Stage) -> None:
    """An event that arrives while a run ends is read by the next."""
    handle = await stage.start("living", Life())
    told = asyncio.create_task(tell(stage, handle, *numbered(["roll"] * 5)))
    more = asyncio.create_task(tell(stage, handle, (6, "a"), (7, "end")))

    await asyncio.gather(told, more)

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log == ["make a"]


async def test_point_of_no_return(stage: Stage) -> None:
    """A run that goes on beyond it knows so: it begins nothing anew, hears of no cancel, and undoes nothing."""
    handle = await stage.start("living", Life(things=("a",), forward=True))
    await tell(stage, handle, *numbered(["roll", "b"]))
    await stage.until_called("make b")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == []
    assert stage.world.log[:2] == ["make a", "make b"]


async def test_when_due(stage: Stage) -> None:
    """A flow that asks rolls over when its history has grown, and does each thing once all the same."""
    things = [f"thing {number}" for number in range(12)]
    handle = await stage.start("living", Life(roll_over_after=40))

    await tell(stage, handle, *numbered([*things, "end"]))

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == sorted(things)
    assert await runs(stage, handle) > 1


async def test_not_while_a_step_runs(stage: Stage) -> None:
    """A leg that rolls over while another makes a call is a bug, which nothing is undone for: the flow waits for its fix."""
    handle = await stage.start("legs", Life())

    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")

    assert stage.world.log == []
    await handle.terminate()


async def test_early_answer(stage: Stage) -> None:
    """Whoever asks a later run has the answer that an earlier one gave."""
    handle = await stage.start("living", Life(answers=True))
    await tell(stage, handle, *numbered(["roll", "a"]))
    await stage.until_called("make a")

    answer = await handle.execute_update("answer", AnswerRequest(), result_type=Order)

    assert answer == Order(number=0, thing="answer")
    await tell(stage, handle, (3, "end"))
    assert await stage.end_of(handle) == COMPLETED


async def test_deadline(patient: Stage) -> None:
    """It is an instant: a run does not begin it anew."""
    handle = await patient.start("living", Life(things=("a",), done_within=timedelta(hours=10)))
    began = (await handle.describe()).start_time
    await patient.skip(timedelta(hours=6))
    await tell(patient, handle, *numbered(["roll", "b"]))
    await patient.until_called("make b")

    assert await patient.end_of(handle) == failed("DeadlineExceeded")
    closed = (await handle.describe()).close_time
    assert closed
    assert timedelta(hours=10) <= closed - began < timedelta(hours=11)
    assert patient.world.unmade == ["b", "a"]


async def test_sla(patient: Stage) -> None:
    """It counts from the first run's start, and says nothing twice."""
    handle = await patient.start("living", Life(sla=True))
    await patient.skip(timedelta(hours=9))
    await tell(patient, handle, *numbered(["roll", "b"]))
    await patient.until_called("make b")
    await patient.skip(timedelta(hours=4))

    await tell(patient, handle, (3, "end"))
    await patient.end_of(handle)

    assert [told.kind for told in patient.world.told] == ["sla_warning", "sla_breach", "escalation"]


async def test_approval_that_waits(stage: Stage) -> None:
    """It goes on with the deadline that it had; a decision that comes later counts."""
    handle = await stage.start("living", Life(ask=True))
    before = await stage.waits_for(handle, "approval:ask")
    await tell(stage, handle, *numbered(["roll", "a"]))
    await stage.until_called("make a")

    after = await stage.waits_for(handle, "approval:ask")
    decision = Decision(approval="ask", decision="approve", by="ada")
    await stage.send(handle, "decide", decision)
    await tell(stage, handle, (3, "end"))

    assert await stage.end_of(handle) == COMPLETED
    assert after.approvals[0].deadline == before.approvals[0].deadline
    assert after.created_at == before.created_at


@pytest.mark.parametrize("rolls", [1, 3])
async def test_without_cache(forgetful: Stage, rolls: int) -> None:
    """A worker that keeps no run in memory sees the same."""
    forgetful.world.on("b", refuse)
    handle = await forgetful.start("living", Life(things=("a",)))

    await tell(forgetful, handle, *numbered([*["roll"] * rolls, "b"]))

    assert await forgetful.end_of(handle) == failed("Refused")
    assert forgetful.world.unmade == ["a"]
