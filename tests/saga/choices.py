"""A flow whose steps say what happens when they fail; it may tell people, keep an SLA and answer early."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Escalation, Reversible, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from tests.saga.world import Job, Made, World

SOON = timedelta(milliseconds=5)
ATTEMPTS = ActivityConfig(
    heartbeat_timeout=timedelta(seconds=10),
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=SOON, maximum_attempts=2),
)
LIMIT = timedelta(hours=10)
SLA = Sla(
    limit=LIMIT,
    warn=timedelta(hours=8),
    escalations=(
        Escalation(after=timedelta(hours=2), to="the head"),
        Escalation(after=timedelta(hours=5), to="the board"),
    ),
    repeat=timedelta(hours=12),
)


class Choice(BaseModel):
    """One step, and what happens when it fails."""

    thing: str
    hold: bool = False
    probe: bool = False
    optional: bool = False
    instead: tuple[str, ...] = ()
    """What is tried in its place."""
    undoable: bool = True


class Choices(BaseModel):
    things: tuple[Choice, ...] = ()
    after: tuple[Choice, ...] = ()
    """Beyond the point of no return."""
    ask: timedelta | None = None
    """Wait so long for a person, at the end of the block."""
    sla: bool = False
    announce: bool = False
    answers: bool = False
    """After the block."""


class Answer(BaseModel):
    made: tuple[str, ...]


@workflow.defn(name="choices")
class ChoicesFlow:
    @workflow.init
    def __init__(self, plan: Choices) -> None:
        self.saga = Saga(
            step_options=ATTEMPTS,
            compensation_options=ATTEMPTS,
            forward_options=ATTEMPTS,
            sla=SLA if plan.sla else None,
            announce=World.tell if plan.announce else None,
            announce_undone=plan.announce,
            answers=plan.answers,
        )

    @workflow.run
    async def run(self, plan: Choices) -> list[str | None]:
        made: list[Made | None] = []
        async with self.saga as saga:
            made += [await self._made(choice) for choice in plan.things]
            if plan.ask:
                await saga.approval("ask", summary="may we?", deadline=plan.ask)
        if plan.answers:
            self.saga.answer(Answer(made=tuple(one.thing for one in made if one)))
        made += [await self._made(choice) for choice in plan.after]
        return [one.thing if one else None for one in made]

    async def _made(self, choice: Choice) -> Made | None:
        step = self._step(choice, choice.thing)
        if choice.optional:
            return await self.saga.optional(step)
        if choice.instead:
            return await self.saga.fallback(step, *(self._step(choice, thing) for thing in choice.instead))
        return await step

    def _step(self, choice: Choice, thing: str) -> Coroutine[Any, Any, Made]:
        if choice.probe:
            return self.saga.execute_activity(
                World.make,
                Job(thing=thing),
                compensation=World.unmake if choice.undoable else None,
                step=thing,
                on_failure="hold" if choice.hold else "compensate",
                probe=World.find,
            )
        return self.saga.execute_activity(
            World.make,
            Job(thing=thing),
            compensation=World.unmake if choice.undoable else None,
            step=thing,
            on_failure="hold" if choice.hold else "compensate",
        )


class Children(BaseModel):
    """What each child makes; then `last` is made by the parent itself."""

    plans: tuple[Choices, ...]
    last: str = "z"


@workflow.defn(name="child")
class ChildFlow:
    @workflow.init
    def __init__(self, plan: Choices) -> None:
        del plan
        self.saga = Saga(step_options=ATTEMPTS, compensation_options=ATTEMPTS)

    @workflow.run
    async def run(self, plan: Choices) -> Reversible[Answer]:
        async with self.saga as saga:
            for choice in plan.things:
                await saga.execute_activity(
                    World.make, Job(thing=choice.thing), compensation=World.unmake, step="make"
                )
            if plan.ask:
                await saga.approval("ask", summary="may we?", deadline=plan.ask)
        return self.saga.reversible(Answer(made=tuple(choice.thing for choice in plan.things)))


@workflow.defn(name="children")
class ChildrenFlow:
    @workflow.init
    def __init__(self, plan: Children) -> None:
        del plan
        self.saga = Saga(step_options=ATTEMPTS, compensation_options=ATTEMPTS)

    @workflow.run
    async def run(self, plan: Children) -> list[str]:
        made: list[str] = []
        async with self.saga as saga:
            for number, child in enumerate(plan.plans, 1):
                made += (await saga.execute_child(ChildFlow.run, child, step=f"child-{number}")).made
            await saga.execute_activity(
                World.make, Job(thing=plan.last), compensation=World.unmake, step=plan.last
            )
        return [*made, plan.last]
