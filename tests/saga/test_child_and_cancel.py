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

COMPLETED = "child_workflow_execution_completed_event_attributes"
CANCEL = "workflow_execution_cancel_requested_event_attributes"


class Family(Choices):
    """What the child makes."""

    beside: bool
    """It is a leg of a gather."""


@workflow.defn(name="parent-of-one")
class ParentOfOne:
    """Runs a child and nothing else."""

    @workflow.init
    def __init__(self, plan: Family) -> None:
        del plan
        self.saga = Saga()

    @workflow.run
    async def run(self, plan: Family) -> None:
        async with self.saga as saga:
            queue = f"{workflow.info().task_queue}-children"
            child = saga.execute_child(ChildFlow.run, plan, step="child", task_queue=queue)
            await (saga.gather(child) if plan.beside else child)


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside"])
async def test_a_child_that_is_done_when_the_cancel_comes_is_undone(stage: Stage, *, beside: bool) -> None:
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
        await stage.work([ParentOfOne])
        handle = await stage.start("parent-of-one", Family(things=(Choice(thing="a"),), beside=beside))
        await stage.begun("a")
        await stage.rest()
        stage.go_on("a")
        await eventually(lambda: _events(handle), _has(COMPLETED))
        await handle.cancel()
        await eventually(lambda: _events(handle), _has(CANCEL))
        await stage.work([ParentOfOne])

        assert await stage.end_of(handle) == CANCELLED
    assert (stage.world.unmade, stage.world.open_effects()) == (["a"], [])


async def _events(handle: Handle) -> list[str]:
    return [event.WhichOneof("attributes") or "" for event in (await handle.fetch_history()).events]


def _has(kind: str) -> Callable[[list[str]], bool]:
    return lambda events: kind in events
