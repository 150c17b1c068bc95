"""Small flows on the engine, each for one promise."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from tests.saga.world import Job, Made, World

QUICK = ActivityConfig(
    heartbeat_timeout=timedelta(seconds=2),
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10), maximum_attempts=3),
)


class Plan(BaseModel):
    """What to make, in order; a name starting with `ask` waits for a person, `wait` for a timer."""

    things: tuple[str, ...] = ("a", "b", "c")
    after: tuple[str, ...] = ()
    catch: bool = False


def new_saga() -> Saga:
    return Saga(step_options=QUICK, compensation_options=QUICK, forward_options=QUICK)


async def make(saga: Saga, thing: str) -> Made | None:
    if thing.startswith("ask"):
        await saga.approval(thing, summary="may we?", deadline=timedelta(days=3))
        return None
    if thing.startswith("wait"):
        await workflow.sleep(timedelta(days=30), summary="a month")
        return None
    return await saga.execute_activity(World.make, Job(thing=thing), compensation=World.unmake, step=thing)


@workflow.defn(name="sequence")
class Sequence:
    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga()

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            for thing in plan.things:
                await make(saga, thing)
        for thing in plan.after:
            await saga.execute_activity(World.make, Job(thing=thing), step=thing)
        return list(plan.things)


@workflow.defn(name="by-hand")
class ByHand:
    """`Sequence` with try/except written out."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga()

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        try:
            for thing in plan.things:
                await make(self.saga, thing)
        except BaseException as error:
            await self.saga.compensate(error)
            raise
        else:
            self.saga.point_of_no_return()
        for thing in plan.after:
            await self.saga.execute_activity(World.make, Job(thing=thing), step=thing)
        return list(plan.things)


@workflow.defn(name="parallel")
class Parallel:
    """Each thing is a leg; a thing like `a>b` is a leg of two steps."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga()

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await saga.gather(*(self._leg(thing) for thing in plan.things))
        return list(plan.things)

    async def _leg(self, things: str) -> None:
        for thing in things.split(">"):
            if thing == "bug":
                raise KeyError("a typo in a leg")
            await make(self.saga, thing)


@workflow.defn(name="deadline")
class Deadline:
    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = Saga(
            deadline=timedelta(hours=1), step_options=QUICK, compensation_options=QUICK, forward_options=QUICK
        )

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            for thing in plan.things:
                await make(saga, thing)
        return list(plan.things)


@workflow.defn(name="within")
class Within:
    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga()

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await make(saga, "first")
            await saga.within(timedelta(hours=1), self._all(plan), name="the rest")
        return list(plan.things)

    async def _all(self, plan: Plan) -> None:
        for thing in plan.things:
            await make(self.saga, thing)


@workflow.defn(name="sequence", sandboxed=True)
class BuggySequence:
    """`Sequence` as it was deployed by mistake: a bug after the first step."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga()

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await make(saga, plan.things[0])
            raise KeyError("a typo")
        return []


FLOWS = [Sequence, ByHand, Parallel, Deadline, Within]
_ = asyncio
