"""Flows that live long: they roll over, wait for times that move, and for what a service has only accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityConfig

from saga import Escalation, Resumable, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from tests.saga.world import Job, World

ATTEMPTS = ActivityConfig(
    heartbeat_timeout=timedelta(seconds=10),
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=5), maximum_attempts=2),
)
SLA = Sla(
    limit=timedelta(hours=10),
    warn=timedelta(hours=8),
    escalations=(Escalation(after=timedelta(hours=2), to="the head"),),
)


class Order(BaseModel):
    """Something that comes by the mailbox: a thing to make, `roll` to roll over, or `end`."""

    number: int
    thing: str


class Life(Resumable):
    things: tuple[str, ...] = ()
    """Made before the first event is read."""
    forward: bool = False
    """Whether events are read beyond the point of no return."""
    done_within: timedelta | None = None
    sla: bool = False
    answers: bool = False
    roll_over_after: int | None = None
    ask: bool = False
    """Ask for an approval beside the events."""


@workflow.defn(name="living")
class Living:
    """Makes what it is told to, until it is told to end."""

    @workflow.init
    def __init__(self, life: Life) -> None:
        self.saga = Saga(
            carried=life.carried,
            deadline=life.done_within,
            sla=SLA if life.sla else None,
            announce=World.tell if life.sla else None,
            answers=life.answers,
            roll_over_after=life.roll_over_after,
            step_options=ATTEMPTS,
            compensation_options=ATTEMPTS,
            forward_options=ATTEMPTS,
        )
        self.orders = self.saga.mailbox(
            "orders", Order, key=lambda order: str(order.number), sequence=lambda order: order.number
        )

    @workflow.run
    async def run(self, life: Life) -> None:
        if life.carried is None and life.answers:
            self.saga.answer(Order(number=0, thing="answer"))
        if not self.saga.is_forward:
            async with self.saga as saga:
                for thing in life.things:
                    await self._make(thing)
                if life.ask:
                    await saga.gather(self._asked(), self._obey(life))
                elif not life.forward:
                    await self._obey(life)
        if life.forward:
            await self._obey(life)

    async def _asked(self) -> None:
        await self.saga.approval("ask", summary="may we?", deadline=timedelta(days=3))

    async def _obey(self, life: Life) -> None:
        while True:
            order = await self.orders.next()
            if order.thing == "end":
                return
            if order.thing != "roll":
                await self._make(order.thing)
            if order.thing == "roll" or self.saga.roll_over_due:
                done = life if life.forward else life.model_copy(update={"things": ()})
                await self.saga.roll_over(done)

    async def _make(self, thing: str) -> None:
        await self.saga.execute_activity(World.make, Job(thing=thing), compensation=World.unmake, step=thing)


class Until(Resumable):
    at: datetime


@workflow.defn(name="alarmed")
class Alarmed:
    """Waits for a time, and rolls over when it is moved, so that a moved alarm is seen to stay so."""

    @workflow.init
    def __init__(self, until: Until) -> None:
        self.saga = Saga(carried=until.carried, step_options=ATTEMPTS, compensation_options=ATTEMPTS)
        self.alarm = self.saga.alarm("the day", at=until.at)

    @workflow.run
    async def run(self, until: Until) -> datetime:
        async with self.saga as saga:
            if until.carried is None:
                await saga.execute_activity(World.make, Job(thing="a"), compensation=World.unmake, step="a")
            if until.carried is None and await saga.wait(
                "something", lambda: self.alarm.at != until.at, within=timedelta(hours=1)
            ):
                await saga.roll_over(until)
            await self.alarm.wait()
        return workflow.now()

    @workflow.signal
    def move(self, to: Until) -> None:
        self.alarm.move(at=to.at)


class Accepting(BaseModel):
    poll: bool = True
    every: timedelta = timedelta(minutes=10)
    within: timedelta = timedelta(hours=1)
    forward: bool = False


@workflow.defn(name="accepting")
class AcceptingFlow:
    """A step that a service may only accept."""

    @workflow.init
    def __init__(self, plan: Accepting) -> None:
        del plan
        self.saga = Saga(step_options=ATTEMPTS, compensation_options=ATTEMPTS, forward_options=ATTEMPTS)

    @workflow.run
    async def run(self, plan: Accepting) -> str:
        async with self.saga:
            if not plan.forward:
                return await self._make(plan)
        return await self._make(plan)

    async def _make(self, plan: Accepting) -> str:
        job = Job(thing="a")
        if not plan.poll:
            made = await self.saga.execute_activity(World.make, job, compensation=World.unmake, step="a")
        else:
            made = await self.saga.execute_activity(
                World.make,
                job,
                compensation=World.unmake,
                step="a",
                poll=World.find,
                poll_every=plan.every,
                settle_within=plan.within,
            )
        return made.thing


@workflow.defn(name="legs")
class Legs:
    """Rolls over in one leg while another runs a step."""

    @workflow.init
    def __init__(self, life: Life) -> None:
        self.saga = Saga(carried=life.carried, step_options=ATTEMPTS, compensation_options=ATTEMPTS)

    @workflow.run
    async def run(self, life: Life) -> None:
        async with self.saga as saga:
            await saga.gather(self._make(), saga.roll_over(life))

    async def _make(self) -> None:
        await self.saga.execute_activity(World.make, Job(thing="b"), compensation=World.unmake, step="b")


class Again(BaseModel):
    second: str = "a"
    """What the step makes when it runs once more."""
    then: str | None = None


@workflow.defn(name="again")
class AgainFlow:
    """Runs its first step once more when that fails."""

    @workflow.init
    def __init__(self, plan: Again) -> None:
        del plan
        self.saga = Saga(step_options=ATTEMPTS, compensation_options=ATTEMPTS)

    @workflow.run
    async def run(self, plan: Again) -> None:
        async with self.saga as saga:
            try:
                await saga.execute_activity(World.make, Job(thing="a"), compensation=World.unmake, step="a")
            except ActivityError:
                second = Job(thing=plan.second)
                await saga.execute_activity(
                    World.make, second, compensation=World.unmake, step="a", again=True
                )
            if plan.then:
                await saga.execute_activity(
                    World.make, Job(thing=plan.then), compensation=World.unmake, step=plan.then
                )


@workflow.defn(name="with-result")
class WithResult:
    """Two steps whose undo is given what they answered."""

    @workflow.init
    def __init__(self, plan: Again) -> None:
        del plan
        self.saga = Saga(step_options=ATTEMPTS, compensation_options=ATTEMPTS)

    @workflow.run
    async def run(self, plan: Again) -> None:
        del plan
        async with self.saga as saga:
            for thing in ("a", "b"):
                await saga.execute_activity(
                    "world.make",
                    Job(thing=thing),
                    compensation="world.unmake_with_result",
                    compensation_takes_result=True,
                    step=thing,
                )
