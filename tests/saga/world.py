"""A downstream with a memory: what each step and undo did, by idempotency key, and how it is told to misbehave."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import activity

from saga.headers import Outcome, StepHeader, current_step, refused, retry_later, unknown


class Job(BaseModel):
    """Input of every activity here: which thing to make or unmake."""

    thing: str


class Made(BaseModel):
    thing: str
    key: str


Behaviour = Callable[["World", StepHeader, Job], Any]


class World:
    """Effects are counted here, never assumed."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.unmade: list[str] = []
        self.tombstones: set[str] = set()
        self.log: list[str] = []
        self.headers: list[StepHeader] = []
        self.script: dict[str, deque[Behaviour]] = defaultdict(deque)
        self.events: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    # --- scripting -----------------------------------------------------------------------------------------

    def on(self, thing: str, *behaviours: Behaviour) -> None:
        """The next calls for `thing` behave so, one each; `undo THING` scripts its compensation."""
        self.script[thing].extend(behaviours)

    # --- what it remembers ---------------------------------------------------------------------------------

    def open_effects(self) -> list[str]:
        """What was made and not unmade."""
        return sorted(thing for key, thing in self.made.items() if key not in self.tombstones)

    # --- activities ----------------------------------------------------------------------------------------

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.make, self.unmake]

    @activity.defn(name="world.make")
    async def make(self, job: Job) -> Made:
        header = current_step()
        self.headers.append(header)
        self.log.append(f"make {job.thing}")
        await self._behave(job.thing, header, job)
        return self.effect(header, job)

    @activity.defn(name="world.unmake")
    async def unmake(self, job: Job) -> None:
        header = current_step()
        self.headers.append(header)
        self.log.append(f"unmake {job.thing}")
        await self._behave(f"undo {job.thing}", header, job)
        self.tombstones.add(header.compensates or "")
        self.unmade.append(job.thing)

    def effect(self, header: StepHeader, job: Job) -> Made:
        """Make the thing once for this key, unless it was undone before."""
        if header.key in self.tombstones:
            raise refused(f"{job.thing} was undone", type="AlreadyCompensated")
        self.made[header.key] = job.thing
        return Made(thing=job.thing, key=header.key)

    async def _behave(self, name: str, header: StepHeader, job: Job) -> None:
        if self.script[name]:
            outcome = self.script[name].popleft()(self, header, job)
            if asyncio.iscoroutine(outcome):
                await outcome


# --- behaviours --------------------------------------------------------------------------------------------


def refuse(world: World, header: StepHeader, job: Job) -> None:
    raise refused(f"no {job.thing} today", type="Refused")


def refuse_for_now(world: World, header: StepHeader, job: Job) -> None:
    raise refused(f"{job.thing} is busy", type="Busy", retry_delay=timedelta(milliseconds=10))


def effect_then_error(world: World, header: StepHeader, job: Job) -> None:
    world.effect(header, job)
    raise unknown("connection lost", type="ConnectionLost")


def come_back_later(world: World, header: StepHeader, job: Job) -> None:
    raise retry_later("maintenance", after=timedelta(hours=2), outcome=Outcome.REFUSED)


async def held(world: World, header: StepHeader, job: Job) -> None:
    """Say that the call has begun; go on when told, and finish also when cancelled, as a real call does."""
    world.events[f"{job.thing} begun"].set()
    while not world.events[f"{job.thing} go on"].is_set():
        activity.heartbeat()
        try:
            async with asyncio.timeout(0.05):
                await world.events[f"{job.thing} go on"].wait()
        except TimeoutError:
            continue
        except asyncio.CancelledError:
            world.events[f"{job.thing} told to stop"].set()


def nothing(world: World, header: StepHeader, job: Job) -> None:
    """As usual."""
