"""Small flows on the engine, each for one promise."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityConfig

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from tests.saga.asking import AskingFlow
    from tests.saga.choices import ChildFlow, ChildrenFlow, ChoicesFlow
    from tests.saga.long import AcceptingFlow, AgainFlow, Alarmed, Legs, Living, WithResult
    from tests.saga.mailing import ReadingFlow
    from tests.saga.world import Job, Made, World


SOON = timedelta(milliseconds=5)


class Plan(BaseModel):
    """What to make, in order.

    A thing starting with `ask` waits for a person, with `wait` for a month, with `bug` raises a `KeyError`.
    """

    things: tuple[str, ...] = ("a", "b", "c")
    after: tuple[str, ...] = ()
    """Beyond the point of no return."""
    catch: tuple[str, ...] = ()
    """Things that the flow does without, when they fail."""
    attempt: timedelta = timedelta(seconds=20)
    """Time for each attempt."""
    decide_within: timedelta = timedelta(days=3)
    done_within: timedelta | None = None
    undo_again_after: timedelta = timedelta(minutes=10)


def new_saga(plan: Plan) -> Saga:
    config = ActivityConfig(
        heartbeat_timeout=timedelta(seconds=10),
        start_to_close_timeout=plan.attempt,
        retry_policy=RetryPolicy(initial_interval=SOON, maximum_attempts=3),
    )
    return Saga(
        version="7",
        deadline=plan.done_within,
        step_options=config,
        compensation_options=config,
        forward_options=ActivityConfig({**config, "retry_policy": RetryPolicy(initial_interval=SOON)}),
        compensation_retry_interval=plan.undo_again_after,
    )


async def make(saga: Saga, plan: Plan, thing: str) -> Made | None:
    if thing.startswith("ask"):
        await saga.approval(thing, summary="may we?", deadline=plan.decide_within)
        return None
    if thing.startswith("wait"):
        await workflow.sleep(timedelta(days=30), summary="a month")
        return None
    if thing.startswith("bug"):
        raise KeyError("a typo")
    try:
        return await saga.execute_activity(
            World.make, Job(thing=thing), compensation=World.unmake, step=thing
        )
    except ActivityError:
        if thing not in plan.catch:
            raise
        return None


async def make_after(saga: Saga, plan: Plan) -> None:
    for thing in plan.after:
        await make(saga, plan, thing)


class Flow:
    """Made in `@workflow.init`, as each saga is."""

    def __init__(self, plan: Plan) -> None:
        self.saga = new_saga(plan)


@workflow.defn(name="sequence")
class Sequence(Flow):
    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            for thing in plan.things:
                await make(saga, plan, thing)
        await make_after(self.saga, plan)
        return list(plan.things)


@workflow.defn(name="by-hand")
class ByHand(Flow):
    """`Sequence` with try/except written out."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        try:
            for thing in plan.things:
                await make(self.saga, plan, thing)
        except BaseException as error:
            await self.saga.compensate(error)
            raise
        else:
            self.saga.point_of_no_return()
        await make_after(self.saga, plan)
        return list(plan.things)


@workflow.defn(name="parallel")
class Parallel(Flow):
    """Each thing is a leg; a thing like `a>b` is a leg of two steps."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await saga.gather(*(self._leg(plan, thing) for thing in plan.things))
        await self.saga.gather(*(make_after(self.saga, _only(thing)) for thing in plan.after))
        return list(plan.things)

    async def _leg(self, plan: Plan, things: str) -> None:
        for thing in things.split(">"):
            await make(self.saga, plan, thing)


def _only(thing: str) -> Plan:
    return Plan(after=(thing,))


@workflow.defn(name="shaped")
class Shaped(Flow):
    """Each thing is a stage: legs side by side, parted by `|`, each of steps one after the other, parted by `>`."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            for stage in plan.things:
                await saga.gather(*(self._leg(plan, leg) for leg in stage.split("|")))

    async def _leg(self, plan: Plan, leg: str) -> None:
        for thing in leg.split(">"):
            await make(self.saga, plan, thing)


@workflow.defn(name="task-group")
class InTaskGroup(Flow):
    """`Parallel` by asyncio's own means: each thing is a task of a group."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga, asyncio.TaskGroup() as group:
            for thing in plan.things:
                group.create_task(make(saga, plan, thing))


@workflow.defn(name="within")
class Within(Flow):
    """One step, then the others within `done_within`."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.model_copy(update={"done_within": None}))

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        async with self.saga as saga:
            await make(saga, plan, "first")
            await saga.within(plan.done_within or timedelta(hours=1), self._all(plan), name="the rest")
        return list(plan.things)

    async def _all(self, plan: Plan) -> None:
        for thing in plan.things:
            await make(self.saga, plan, thing)


@workflow.defn(name="own-wait")
class OwnWait(Flow):
    """After its steps it waits by Temporal's own means for what never comes."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            for thing in plan.things:
                await make(saga, plan, thing)
            await workflow.wait_condition(lambda: False, timeout=timedelta(hours=1))


@workflow.defn(name="own-undo")
class OwnUndo(Flow):
    """Registers an undo for what was no step of the saga."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            saga.add_compensation(World.unmake, Job(thing="found"), step="found")
            for thing in plan.things:
                await make(saga, plan, thing)


@workflow.defn(name="bare")
class Bare:
    """`Sequence` written by hand without the engine, and without any undo."""

    @workflow.run
    async def run(self, plan: Plan) -> list[str]:
        for thing in plan.things:
            await workflow.execute_activity_method(
                World.make_bare, Job(thing=thing), start_to_close_timeout=plan.attempt
            )
        return list(plan.things)


@workflow.defn(name="continued")
class Continued(Flow):
    """Continues as new after its steps, once."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            for thing in plan.things:
                await make(saga, plan, thing)
            if not workflow.info().continued_run_id:
                workflow.continue_as_new(plan)


FLOWS: dict[str, type] = {
    "sequence": Sequence,
    "by-hand": ByHand,
    "parallel": Parallel,
    "task-group": InTaskGroup,
    "shaped": Shaped,
    "within": Within,
    "own-wait": OwnWait,
    "own-undo": OwnUndo,
    "bare": Bare,
    "choices": ChoicesFlow,
    "child": ChildFlow,
    "children": ChildrenFlow,
    "continued": Continued,
    "asking": AskingFlow,
    "living": Living,
    "legs": Legs,
    "alarmed": Alarmed,
    "accepting": AcceptingFlow,
    "again": AgainFlow,
    "with-result": WithResult,
    "reading": ReadingFlow,
}
