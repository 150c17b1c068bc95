"""A downstream with a memory: what each step and undo did, by idempotency key, and how it is told to misbehave."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, Field
from temporalio import activity

from saga import Announcement
from saga.headers import StepHeader, current_step, refused


class Job(BaseModel):
    """Input of every activity here: which thing to make or unmake."""

    thing: str
    password: str = Field(default="sesame", repr=False)


class Made(BaseModel):
    thing: str
    key: str
    token: str = Field(default="tok_1", repr=False)


Behaviour = Callable[["World", StepHeader, Job], Any]
"""May be a coroutine function; what it returns, unless None, is the answer in place of the usual one."""


class World:
    """Effects are counted here, never assumed."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.undone: set[str] = set()
        self.unmade: list[str] = []
        self.log: list[str] = []
        self.headers: list[StepHeader] = []
        self.told: list[Announcement] = []
        self._script: dict[str, deque[Behaviour]] = defaultdict(deque)
        self.events: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def on(self, call: str, *behaviours: Behaviour) -> None:
        """The next calls for a thing behave so, one each; `undo THING` scripts its compensation."""
        self._script[call].extend(behaviours)

    def heal(self, call: str) -> None:
        """From now on the calls go well."""
        self._script[call].clear()

    # --- what it remembers ---------------------------------------------------------------------------------

    def open_effects(self) -> list[str]:
        """What was made and not unmade."""
        return sorted(thing for key, thing in self.made.items() if key not in self.undone)

    def keys(self, thing: str) -> list[str]:
        """The keys of all calls for this thing, in order."""
        return [header.key for header in self.headers if header.step == thing and not header.compensates]

    def undo_keys(self, thing: str) -> list[str]:
        return [header.key for header in self.headers if header.step == thing and header.compensates]

    # --- activities ----------------------------------------------------------------------------------------

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.make, self.unmake, self.unmake_with_result, self.make_bare, self.find, self.tell]

    @activity.defn(name="world.make")
    async def make(self, job: Job) -> Made:
        header = current_step()
        self.headers.append(header)
        self.log.append(f"make {job.thing}")
        answer: Made | None = await self._behave(job.thing, header, job)
        return answer or self.effect(header, job)

    @activity.defn(name="world.unmake")
    async def unmake(self, job: Job) -> None:
        header = current_step()
        self.headers.append(header)
        self.log.append(f"unmake {job.thing}")
        await self._behave(f"undo {job.thing}", header, job)
        self.undone.add(header.compensates or "")
        self.unmade.append(job.thing)

    @activity.defn(name="world.unmake_with_result")
    async def unmake_with_result(self, job: Job, made: Made | None) -> None:
        self.log.append(f"unmake {job.thing} with {made.thing if made else 'nothing'}")
        self.undone.add(current_step().compensates or "")

    @activity.defn(name="world.make_bare")
    async def make_bare(self, job: Job) -> Made:
        """For flows without the engine: no key, no memory."""
        return Made(thing=job.thing, key="")

    @activity.defn(name="world.find")
    async def find(self, job: Job) -> Made | None:
        """A probe: what was made under the step's key, if anything was."""
        header = current_step()
        self.log.append(f"find {job.thing}")
        await self._behave(f"find {job.thing}", header, job)
        found = header.key in self.made and header.key not in self.undone
        return Made(thing=self.made[header.key], key=header.key) if found else None

    @activity.defn(name="world.tell")
    async def tell(self, announcement: Announcement) -> None:
        """Remembers what people were told."""
        await self._behave(f"tell {announcement.kind}", current_step(), Job(thing=announcement.kind))
        self.told.append(announcement)

    def effect(self, header: StepHeader, job: Job) -> Made:
        """Make the thing once for this key, unless it was undone before."""
        if header.key in self.undone:
            raise refused(f"{job.thing} was undone", type="AlreadyCompensated")
        self.made[header.key] = job.thing
        return Made(thing=job.thing, key=header.key)

    async def _behave(self, call: str, header: StepHeader, job: Job) -> Any:  # noqa: ANN401 - see Behaviour
        if not self._script[call]:
            return None
        answer = self._script[call].popleft()(self, header, job)
        return await answer if asyncio.iscoroutine(answer) else answer
