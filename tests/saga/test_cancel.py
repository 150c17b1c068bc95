"""Cancelling a flow: whenever it comes, nothing is lost, nothing overtakes a running call, and all is undone."""

import pytest

from tests.saga.behaviours import come_back_later, deaf, held, held_then_refuse, refuse, refuse_for_long
from tests.saga.flows import Plan
from tests.saga.stage import CANCELLED, Stage, failed


@pytest.mark.parametrize("wait", ["ask", "wait"])
async def test_cancel_while_waiting(stage: Stage, flow: str, wait: str) -> None:
    """A cancel while the flow waits for a person or a timer: everything is undone, then the flow is cancelled."""
    handle = await stage.start(flow, Plan(things=("a", "b", wait, "c")))
    await stage.until_event(handle, "TIMER_STARTED")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []
    assert stage.world.unmade == ["b", "a"]


async def test_cancel_in_a_back_off(stage: Stage, flow: str) -> None:
    """A cancel between two attempts of a step ends the waiting at once, and everything is undone."""
    stage.world.on("b", refuse_for_long)
    handle = await stage.start(flow)
    await stage.until_called("make b")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.log == ["make a", "make b", "unmake b", "unmake a"]


async def test_cancel_in_a_durable_wait(stage: Stage, flow: str) -> None:
    """A cancel while a step waits to come back later ends the wait at once, and everything is undone."""
    stage.world.on("b", come_back_later)
    handle = await stage.start(flow)
    await stage.waits_for(handle, "retry:b")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []
    assert stage.world.log[-1] == "unmake a"


async def test_cancel_during_a_call(stage: Stage, flow: str) -> None:
    """A cancel during a call: the call is waited for, and only then undone, so no refund overtakes its charge."""
    stage.world.on("b", held)
    handle = await stage.start(flow)
    await stage.begun("b")

    await handle.cancel()
    await stage.told_to_stop("b")
    meanwhile = await stage.called(handle)
    stage.go_on("b")

    assert await stage.end_of(handle) == CANCELLED
    assert meanwhile == ["a", "b"]
    assert stage.world.open_effects() == []
    assert stage.world.log == ["make a", "make b", "b answers", "unmake b", "unmake a"]


async def test_cancel_during_a_call_that_never_hears_of_it(stage: Stage, flow: str) -> None:
    """A call without heartbeats swallows the cancel by ending normally: no further step runs all the same."""
    stage.world.on("b", deaf)
    handle = await stage.start(flow)
    await stage.begun("b")

    await handle.cancel()
    await stage.until_event(handle, "ACTIVITY_TASK_CANCEL_REQUESTED")
    stage.go_on("b")

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.log == ["make a", "make b", "b answers", "unmake b", "unmake a"]


async def test_cancel_before_the_first_task(stage: Stage, flow: str) -> None:
    """A flow that is cancelled before it began does nothing at all."""
    await stage.rest()
    handle = await stage.start(flow)

    await handle.cancel()
    await stage.work()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.log == []


@pytest.mark.parametrize("cancel_first", [False, True], ids=["signal first", "cancel first"])
async def test_cancel_together_with_a_signal(forgetful: Stage, flow: str, *, cancel_first: bool) -> None:
    """A cancel and an approval in the same workflow task: the cancel is not lost, in whichever order they come."""
    handle = await forgetful.start(flow, Plan(things=("a", "ask", "b")))
    await forgetful.waits_for(handle, "approval:ask")
    await forgetful.rest()

    if cancel_first:
        await handle.cancel()
    await forgetful.decide(handle, "approve", way="signal")
    await handle.cancel()
    await forgetful.work()

    assert await forgetful.end_of(handle) == CANCELLED
    assert forgetful.world.open_effects() == []
    assert "make b" not in forgetful.world.log


@pytest.mark.parametrize("cancel_first", [False, True], ids=["answer first", "cancel first"])
async def test_cancel_together_with_an_answer(forgetful: Stage, flow: str, *, cancel_first: bool) -> None:
    """A cancel and the end of a call in the same workflow task: the cancel is not lost, in either order."""
    forgetful.world.on("b", deaf)
    await forgetful.rest()
    handle = await forgetful.start(flow)
    await forgetful.work([])
    plans = await forgetful.work(activities=[])
    await forgetful.begun("b")
    await plans.shutdown()

    if cancel_first:
        await handle.cancel()
    forgetful.go_on("b")
    await forgetful.until_event(handle, "ACTIVITY_TASK_COMPLETED", count=2)
    await handle.cancel()
    await forgetful.work(activities=[])

    assert await forgetful.end_of(handle) == CANCELLED
    assert forgetful.world.log == ["make a", "make b", "b answers", "unmake b", "unmake a"]


async def test_cancel_together_with_the_last_answer(stage: Stage, flow: str) -> None:
    """A cancel that the last step's end swallows still undoes everything: the end of the block asks for it."""
    stage.world.on("c", deaf)
    handle = await stage.start(flow, Plan(after=("x",)))
    await stage.begun("c")

    await handle.cancel()
    await stage.until_event(handle, "ACTIVITY_TASK_CANCEL_REQUESTED")
    stage.go_on("c")

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["c", "b", "a"]
    assert "make x" not in stage.world.log


async def test_cancel_and_failure(stage: Stage, flow: str) -> None:
    """A cancel that is known when a step fails makes the flow cancelled, and the refused step is not undone."""
    stage.world.on("c", held_then_refuse)
    handle = await stage.start(flow)
    await stage.begun("c")

    await handle.cancel()
    await stage.told_to_stop("c")
    stage.go_on("c")

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["b", "a"]


async def test_cancel_after_undo_began(stage: Stage, flow: str) -> None:
    """A cancel, or two, after the undo has begun changes nothing: all is undone, and the cause stays."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", held)
    handle = await stage.start(flow)
    await stage.begun("b")

    await handle.cancel()
    await handle.cancel()
    await stage.until_event(handle, "WORKFLOW_EXECUTION_CANCEL_REQUESTED")
    stage.go_on("b")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["b", "a"]


async def test_second_cancel(stage: Stage, flow: str) -> None:
    """A second cancel, while the first one's undo runs, is a no-op."""
    stage.world.on("undo b", held)
    handle = await stage.start(flow, Plan(things=("a", "b", "wait")))
    await stage.until_event(handle, "TIMER_STARTED")

    await handle.cancel()
    await stage.begun("b")
    await handle.cancel()
    stage.go_on("b")

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["b", "a"]


async def test_reason_of_a_cancel(stage: Stage) -> None:
    """Who cancelled a flow, and why, is in its status."""
    handle = await stage.start("sequence", Plan(things=("a", "wait")))
    await stage.until_event(handle, "TIMER_STARTED")

    await handle.cancel(reason="by ada (self-declared): ordered twice")
    await stage.end_of(handle)

    status = await stage.status(handle)
    assert status.cancel_requested == "by ada (self-declared): ordered twice"
    assert status.error == "CancelledError"
