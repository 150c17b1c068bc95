"""A child that has completed when its parent hears of a cancel, in one task: what it has done is still undone."""

from collections.abc import Callable

import pytest
from temporalio import workflow
from temporalio.worker import Worker

from saga import Saga
from tests.eventually import eventually
from tests.saga.behaviours import held
from tests.saga.choices import ChildFlow, Choice, Choices
from tests.saga.stage import CANCELLED, RUNNER, Handle, Stage

PLAN = Choices(things=(Choice(thing="a"),))
COMPLETED = "child_workflow_execution_completed_event_attributes"
CANCEL = "workflow_execution_cancel_requested_event_attributes"


@workflow.defn(name="parent-beside")
class ParentBeside:
    """Runs a child as a leg of a gather."""

    @workflow.init
    def __init__(self, plan: Choices) -> None:
        del plan
        self.saga = Saga()

    @workflow.run
    async def run(self, plan: Choices) -> None:
        async with self.saga as saga:
            queue = f"{workflow.info().task_queue}-children"
            child = saga.execute_child(ChildFlow.run, plan, step="child", task_queue=queue)
            await saga.gather(child)


@workflow.defn(name="parent-alone")
class ParentAlone:
    """Runs a child and nothing else."""

    @workflow.init
    def __init__(self, plan: Choices) -> None:
        del plan
        self.saga = Saga()

    @workflow.run
    async def run(self, plan: Choices) -> None:
        async with self.saga as saga:
            queue = f"{workflow.info().task_queue}-children"
            await saga.execute_child(ChildFlow.run, plan, step="child", task_queue=queue)


@pytest.mark.parametrize(("flow", "name"), [(ParentAlone, "parent-alone"), (ParentBeside, "parent-beside")])
async def test_a_child_that_is_done_when_the_cancel_comes_is_undone(
    stage: Stage, flow: type, name: str
) -> None:
    """No worker of the parent runs meanwhile, so that it hears of both at once."""
    stage.world.on("a", held)
    children = Worker(
        stage.client,
        task_queue=f"{stage.task_queue}-children",
        workflows=[ChildFlow],
        activities=stage.world.activities(),
        workflow_runner=RUNNER,
        build_id="tests",
    )
    async with children:
        await stage.work([flow])
        handle = await stage.start(name, PLAN)
        await stage.begun("a")
        await stage.rest()
        stage.go_on("a")
        await eventually(lambda: _events(handle), _has(COMPLETED))
        await handle.cancel()
        await eventually(lambda: _events(handle), _has(CANCEL))
        await stage.work([flow])

        assert await stage.end_of(handle) == CANCELLED
    assert (stage.world.unmade, stage.world.open_effects()) == (["a"], [])


async def _events(handle: Handle) -> list[str]:
    return [event.WhichOneof("attributes") or "" for event in (await handle.fetch_history()).events]


def _has(kind: str) -> Callable[[list[str]], bool]:
    return lambda events: kind in events
