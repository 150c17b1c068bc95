"""Flows as they were deployed by mistake, under the names of those that are right."""

from __future__ import annotations

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from tests.saga.flows import Flow, Plan, make
    from tests.saga.world import Job, World


@workflow.defn(name="sequence")
class BuggySequence(Flow):
    """`Sequence` with a typo after its first step."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await make(saga, plan, plan.things[0])
            raise KeyError("a typo")


_TYPO: dict[str, list[str]] = {}


@workflow.defn(name="by-hand")
class BuggyByHand(Flow):
    """`ByHand` with a typo after its first step."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        try:
            await make(self.saga, plan, plan.things[0])
            return _TYPO["what is not there"]
        except BaseException as error:
            await self.saga.compensate(error)
            raise


@workflow.defn(name="parallel")
class BuggyParallel(Flow):
    """`Parallel` with a typo after the first step of its first leg."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await saga.gather(self._buggy(plan), *(make(saga, plan, thing) for thing in plan.things[1:]))
        return []

    async def _buggy(self, plan: Plan) -> Any:  # noqa: ANN401 - it never returns
        await make(self.saga, plan, plan.things[0])
        raise KeyError("a typo")


@workflow.defn(name="sequence")
class Lenient(Flow):
    """`Sequence` that reads whatever its steps answer."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            for thing in plan.things:
                await saga.execute_activity(
                    "world.make",
                    Job(thing=thing),
                    compensation=World.unmake,
                    step=thing,
                    result_type=dict[str, object],
                )
        return list(plan.things)


class Answer(BaseModel):
    number: int


@workflow.defn(name="child")
class Child:
    """Answers with what its parents do not expect."""

    @workflow.run
    async def run(self) -> dict[str, str]:
        return {"number": "none"}


@workflow.defn(name="parent")
class MisreadingParent(Flow):
    """Runs a step, and a child whose answer it cannot read."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            await make(saga, plan, "a")
            await workflow.execute_child_workflow("child", result_type=Answer)


@workflow.defn(name="parent")
class Parent(Flow):
    """The same, reading whatever comes."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            await make(saga, plan, "a")
            await workflow.execute_child_workflow("child", result_type=dict[str, str])


MISTAKES: dict[str, type] = {"sequence": BuggySequence, "by-hand": BuggyByHand, "parallel": BuggyParallel}
