"""Brings many flows each to its own place, kills their worker once, starts another one, and sees how they end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from crash_kit.cases import START, Case, Kind
from crash_kit.history import at_rest
from crash_kit.hurry import notice_death
from crash_kit.plan import Plan
from crash_kit.player import Player
from crash_kit.run import NotReached, Played, Run
from crash_kit.stage import PATIENT, Stage
from crash_kit.stand_ins import Call

AT_ONCE = 80
"""Flows that are held when the worker is killed. A worker has a hundred connections to each service."""


class Killed(NamedTuple):
    """A case whose worker is to be killed."""

    player: Player
    case: Case
    plan: Plan

    @property
    def in_the_beginning(self) -> bool:
        """Whether the worker is killed before the first step has begun."""
        return self.case.events[-1].at == START


class _Placed(NamedTuple):
    killed: Killed
    run: Run
    call: Call | None = None
    """Held."""
    missed: bool = False


async def killed_together(stage: Stage, cases: Sequence[Killed]) -> list[tuple[Killed, Played]]:
    """How each has ended, in any order."""
    async with stage.worker(read_timeout=PATIENT) as worker:
        await stage.hold_back(activities=False)
        placed = await asyncio.gather(*(_place(found) for found in cases if not found.in_the_beginning))
        await stage.hold_back(activities=True)
        placed += await asyncio.gather(*(_place(found) for found in cases if found.in_the_beginning))
        await asyncio.gather(*(_finish_step(found) for found in placed))
        await worker.kill()
        await asyncio.gather(*(notice_death(stage.client, found.run.id) for found in placed))
        await stage.hold_back(activities=False)
        await worker.start()
        for found in placed:
            found.run.spared = None
        await stage.stand_ins.release()
        return list(await asyncio.gather(*(_end(found) for found in placed)))


async def _place(killed: Killed) -> _Placed:
    """Start the flow and wait until it is where its worker is to die."""
    run = await killed.player.begin(killed.case, killed.plan)
    event = killed.case.events[-1]
    try:
        await run.cancel_on_its_way(killed.plan)
        if event.kind is Kind.KILL_WAITING:
            await run.waiting()
            return _Placed(killed, run)
        call = None if killed.in_the_beginning else await run.held(event, killed.plan)
    except NotReached:
        return _Placed(killed, run, missed=True)
    return _Placed(killed, run, call)


async def _finish_step(placed: _Placed) -> None:
    """Where the worker dies between two steps, the first one is answered, and the next one does not begin."""
    if placed.killed.case.kind is not Kind.KILL_BETWEEN or placed.missed:
        return
    if placed.call:
        await placed.run.stand_ins.release(placed.call)
    with suppress(TimeoutError):
        await at_rest(placed.run.handle)


async def _end(placed: _Placed) -> tuple[Killed, Played]:
    return placed.killed, await placed.killed.player.end(placed.run, missed=placed.missed)
