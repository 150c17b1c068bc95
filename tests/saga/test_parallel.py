"""Parallel legs: when one fails the others settle first, and then everything is undone in reverse order."""

from saga import FlowState
from tests.saga.behaviours import come_back_later, deaf, held, held_then_refuse, refuse
from tests.saga.flows import Plan
from tests.saga.stage import CANCELLED, COMPLETED, Stage, failed

LEGS = Plan(things=("a", "b", "c"))


async def test_all_legs_go_well(stage: Stage) -> None:
    """Legs that go well complete the flow."""
    assert await stage.play("parallel", Plan(things=("a>b", "c"))) == COMPLETED
    assert stage.world.open_effects() == ["a", "b", "c"]


async def test_others_settle_first(stage: Stage) -> None:
    """When a leg fails, a call of another one is waited for; then all is undone, newest registration first."""
    stage.world.on("a", held)
    stage.world.on("c", refuse)
    handle = await stage.start("parallel", LEGS)
    await stage.told_to_stop("a")
    meanwhile = await stage.called(handle)
    stage.go_on("a")

    assert await stage.end_of(handle) == failed("Refused")
    assert meanwhile == ["a", "b", "c"]
    assert stage.world.open_effects() == []
    assert stage.world.log[-3:] == ["a answers", "unmake b", "unmake a"]


async def test_no_further_step_of_a_sibling(stage: Stage) -> None:
    """After a leg has failed no further step of a sibling starts, also when its call ended normally."""
    stage.world.on("a", deaf)
    stage.world.on("c", refuse)
    handle = await stage.start("parallel", Plan(things=("a>b", "c")))
    await stage.begun("a")
    await stage.until_event(handle, "ACTIVITY_TASK_CANCEL_REQUESTED")
    stage.go_on("a")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["a"]
    assert "make b" not in stage.world.log


async def test_waiting_sibling(stage: Stage) -> None:
    """A sibling that waits, for a person, a timer or to come back later, is told to stop at once."""
    stage.world.on("d", come_back_later)
    stage.world.on("c", held_then_refuse)
    handle = await stage.start("parallel", Plan(things=("a>ask", "b>wait", "d", "c")))
    await stage.waits_for(handle, "retry:d")
    await stage.until_event(handle, "TIMER_STARTED", count=3)
    stage.go_on("c")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.open_effects() == []


async def test_first_failure(stage: Stage) -> None:
    """Of two failures the first that is not a cancel is raised, alone: no exception group ends the flow."""
    stage.world.on("a", held_then_refuse)
    stage.world.on("b", refuse)
    handle = await stage.start("parallel", Plan(things=("a", "b", "wait")))
    await stage.told_to_stop("a")
    stage.go_on("a")

    end = await stage.end_of(handle)

    assert end == failed("Refused", FlowState.FAILED)
    assert (await stage.status(handle)).error == "Refused: no b today"


async def test_cancel_of_legs(stage: Stage) -> None:
    """A cancel waits for the calls of all legs, and then undoes all of them."""
    for thing in ("a", "b"):
        stage.world.on(thing, held)
    handle = await stage.start("parallel", Plan(things=("a>c", "b>c", "wait")))
    await stage.begun("a")
    await stage.begun("b")

    await handle.cancel()
    for thing in ("a", "b"):
        await stage.told_to_stop(thing)
        stage.go_on(thing)

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["b", "a"]


async def test_leg_that_ends_with_the_cancel_of_its_call(stage: Stage) -> None:
    """A call that ends at the very moment in which a sibling's failure would cancel it is undone like any other."""
    for _ in range(10):
        stage.world.on("c", refuse)
        assert await stage.play("parallel", LEGS) == failed("Refused")

    assert stage.world.open_effects() == []


async def test_task_group(stage: Stage) -> None:
    """A flow that uses asyncio's own task group is undone as well, and fails with one failure and no group."""
    stage.world.on("a", held)
    stage.world.on("c", refuse)
    handle = await stage.start("task-group")
    await stage.told_to_stop("a")
    stage.go_on("a")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.open_effects() == []
    assert stage.world.unmade == ["b", "a"]


async def test_cancelled_task_group(stage: Stage) -> None:
    """A flow with a task group that is cancelled is undone, and cancelled."""
    handle = await stage.start("task-group", Plan(things=("a", "wait", "ask")))
    await stage.until_event(handle, "TIMER_STARTED", count=2)

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []


async def test_bug_in_a_task_group(stage: Stage) -> None:
    """A bug in a task group undoes nothing."""
    handle = await stage.start("task-group", Plan(things=("a", "bug")))
    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")

    assert stage.world.unmade == []
    assert "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES" not in await stage.kinds(handle)
