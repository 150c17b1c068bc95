"""Deadlines: when the time is over, a running call is waited for, and everything is undone."""

from datetime import timedelta

import pytest

from tests.saga.behaviours import held, refuse
from tests.saga.flows import Plan
from tests.saga.stage import CANCELLED, COMPLETED, Stage, failed

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
"""Time enough for the steps before the one that the deadline is to meet."""
FLOWS = pytest.mark.parametrize("bounded", ["sequence", "within"])


def made(bounded: str, *things: str) -> list[str]:
    return [*(["first"] if bounded == "within" else []), *things]


@FLOWS
@pytest.mark.parametrize("wait", ["ask", "wait"])
async def test_deadline_while_waiting(patient: Stage, bounded: str, wait: str) -> None:
    """A deadline that passes while the flow waits undoes everything: the flow fails with `DeadlineExceeded`."""
    end = await patient.play(bounded, Plan(things=("a", wait, "b"), done_within=HOUR))

    assert end == failed("DeadlineExceeded")
    assert patient.world.unmade == made(bounded, "a")[::-1]


@FLOWS
async def test_deadline_during_a_call(stage: Stage, bounded: str) -> None:
    """A call that runs when the deadline passes is waited for, and undone; no further step runs."""
    stage.world.on("b", held)
    handle = await stage.start(bounded, Plan(done_within=SECOND))

    await stage.told_to_stop("b")
    meanwhile = await stage.called(handle)
    stage.go_on("b")

    assert await stage.end_of(handle) == failed("DeadlineExceeded")
    assert stage.world.open_effects() == []
    things = made(bounded, "a", "b")
    assert meanwhile == things
    undone = [f"unmake {thing}" for thing in reversed(things)]
    assert stage.world.log == [*(f"make {thing}" for thing in things), "b answers", *undone]


@FLOWS
async def test_done_in_time(stage: Stage, bounded: str) -> None:
    """A flow that is done in time completes, and does not wait for its deadline."""
    end = await stage.play(bounded, Plan(done_within=HOUR))

    assert end == COMPLETED
    assert stage.world.open_effects() == sorted(made(bounded, "a", "b", "c"))


@FLOWS
async def test_failure_in_time(stage: Stage, bounded: str) -> None:
    """A step that fails in time fails the flow with its own cause."""
    stage.world.on("b", refuse)

    assert await stage.play(bounded, Plan(done_within=HOUR)) == failed("Refused")
    assert stage.world.unmade == made(bounded, "a")[::-1]


@FLOWS
async def test_cancel_in_time(stage: Stage, bounded: str) -> None:
    """A cancel in time makes the flow cancelled."""
    handle = await stage.start(bounded, Plan(things=("a", "wait"), done_within=HOUR))
    await stage.until_event(handle, "TIMER_STARTED", count=2)

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == made(bounded, "a")[::-1]


async def test_deadline_while_undoing(stage: Stage) -> None:
    """A deadline is over when the undo begins."""
    stage.world.on("b", refuse)
    stage.world.on("undo a", held)
    handle = await stage.start("sequence", Plan(done_within=timedelta(seconds=20)))
    await stage.begun("a")

    await stage.until_event(handle, "TIMER_CANCELED")
    stage.go_on("a")

    assert await stage.end_of(handle) == failed("Refused")


async def test_deadline_beyond_the_point_of_no_return(stage: Stage) -> None:
    """A deadline ends at the point of no return."""
    stage.world.on("x", held)
    handle = await stage.start("sequence", Plan(after=("x",), done_within=timedelta(seconds=20)))
    await stage.begun("x")

    await stage.until_event(handle, "TIMER_CANCELED")
    stage.go_on("x")

    assert await stage.end_of(handle) == COMPLETED


async def test_wait_of_ones_own(patient: Stage) -> None:
    """The time-out of a wait of the flow's own, by Temporal's means, undoes everything."""
    end = await patient.play("own-wait")

    assert end == failed("TimeoutError")
    assert patient.world.unmade == ["c", "b", "a"]
