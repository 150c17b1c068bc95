"""A bug in workflow code undoes nothing: the flow waits as it is, and goes on when fixed code is deployed."""

import pytest

from tests.saga.behaviours import deaf, misanswer
from tests.saga.flows import FLOWS, Plan
from tests.saga.mistakes import MISTAKES, Child, Lenient, MisreadingParent, Parent
from tests.saga.stage import COMPLETED, Stage

EVERY_FLOW = pytest.mark.parametrize("name", sorted(MISTAKES))


@EVERY_FLOW
async def test_bug(stage: Stage, name: str) -> None:
    """A bug, in a parallel leg too, fails the workflow task before any further command: nothing is undone."""
    stage.world.on("b", deaf)
    await stage.work([MISTAKES[name]])
    handle = await stage.start(name, Plan(things=("a", "b")))
    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")

    described = await handle.describe()
    kinds = await stage.kinds(handle)
    stage.go_on("b")

    assert described.status
    assert described.status.name == "RUNNING"
    assert stage.world.unmade == []
    assert not {"TIMER_STARTED", "ACTIVITY_TASK_CANCEL_REQUESTED", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"} & set(
        kinds
    )


@EVERY_FLOW
async def test_fixed_code(stage: Stage, name: str) -> None:
    """When fixed code is deployed the flow goes on from where it was, and no step is run twice."""
    await stage.work([MISTAKES[name]])
    handle = await stage.start(name)
    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")
    await stage.rest()

    await stage.work([FLOWS[name]])

    assert await stage.end_of(handle) == COMPLETED
    assert sorted(stage.world.log) == ["make a", "make b", "make c"]


async def test_undecodable_result(stage: Stage) -> None:
    """An activity result that the flow cannot read is a bug too: nothing undone, and healed by code that can read it."""
    stage.world.on("b", misanswer)
    handle = await stage.start("sequence")
    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")
    unmade = list(stage.world.unmade)
    await stage.rest()

    await stage.work([Lenient])

    assert unmade == []
    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == ["a", "b", "c"]


async def test_undecodable_result_of_a_child(stage: Stage) -> None:
    """The same holds for the result of a child workflow: it is no input, and ends nothing."""
    await stage.work([MisreadingParent, Child])
    handle = await stage.start("parent")
    await stage.until_event(handle, "WORKFLOW_TASK_FAILED")
    await stage.rest()

    await stage.work([Parent, Child])

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log == ["make a"]
