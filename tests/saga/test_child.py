"""Child flows: their completed steps can still be undone by their parent."""

from datetime import timedelta

from tests.saga.behaviours import held, refuse
from tests.saga.choices import ChildFlow, Children, ChildrenFlow, Choice, Choices
from tests.saga.stage import CANCELLED, Handle, Stage, failed

FIRST = Choices(things=(Choice(thing="a"), Choice(thing="b")))
SECOND = Choices(things=(Choice(thing="c"), Choice(thing="d")))
PLAN = Children(plans=(FIRST, SECOND))


async def started(stage: Stage, plan: Children = PLAN) -> Handle:
    await stage.work([ChildrenFlow, ChildFlow])
    return await stage.start("children", plan)


async def test_results(stage: Stage) -> None:
    """The parent has each child's result, and the child carries the parent's correlation id."""
    handle = await started(stage)

    assert await handle.result() == ["a", "b", "c", "d", "z"]
    assert {header.correlation_id for header in stage.world.headers} == {handle.id}


async def test_parent_undoes_its_children(stage: Stage) -> None:
    """A parent that fails undoes the steps of completed children, newest first, each under a key of its own."""
    stage.world.on("z", refuse)
    handle = await started(stage)

    assert await stage.end_of(handle) == failed("Refused")
    assert (stage.world.unmade, stage.world.open_effects()) == (["d", "c", "b", "a"], [])
    undone = [header for header in stage.world.headers if header.compensates]
    assert len({header.key for header in undone}) == 4
    names = [step.name for step in (await stage.status(handle)).steps]
    assert names == [
        "child-1",
        "child-1/make",
        "child-1/make",
        "child-2",
        "child-2/make",
        "child-2/make",
        "z",
    ]


async def test_child_that_fails_undoes_itself(stage: Stage) -> None:
    """Then the parent undoes what other children have done, and fails with the child's cause."""
    stage.world.on("d", refuse)
    handle = await started(stage)

    assert await stage.end_of(handle) == failed("Refused")
    assert (stage.world.unmade, stage.world.open_effects()) == (["c", "b", "a"], [])


async def test_undo_that_is_refused(stage: Stage) -> None:
    """The incident of a child's step is its parent's, under a name that says whose step it is."""
    stage.world.on("z", refuse)
    stage.world.on("undo a", refuse)
    handle = await started(stage)
    await stage.waits_for(handle, "incident:child-1/make.1")

    await stage.resolve(handle, "child-1/make", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.open_effects() == []


async def test_cancel(stage: Stage) -> None:
    """A cancel of the parent cancels the child, which undoes itself before the parent goes on undoing."""
    waiting = SECOND.model_copy(update={"ask": timedelta(days=3)})
    handle = await started(stage, Children(plans=(FIRST, waiting)))
    child = stage.client.get_workflow_handle(f"{handle.id}.child-2")
    await stage.until_called("make d")
    await stage.waits_for(child, "approval:ask")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert (stage.world.unmade, stage.world.open_effects()) == (["d", "c", "b", "a"], [])


async def test_child_that_was_terminated(stage: Stage) -> None:
    """It has undone nothing, so a person has to: only then the parent goes on undoing."""
    stage.world.on("d", held)
    handle = await started(stage)
    await stage.begun("d")

    await stage.client.get_workflow_handle(f"{handle.id}.child-2").terminate("by hand")
    status = await stage.waits_for(handle, "incident:child-2.1")
    stage.go_on("d")
    assert status.incidents[0].options == ("compensate",)
    assert stage.world.unmade == []
    await stage.resolve(handle, "child-2.1", "compensate")

    assert (await stage.end_of(handle)).temporal == "FAILED"
    assert stage.world.unmade == ["b", "a"]
