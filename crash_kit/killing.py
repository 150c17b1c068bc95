"""Brings many flows each to its own place, kills their worker once, starts another one, and sees how they end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from crash_kit.cases import START, Case, Kind
from crash_kit.history import at_rest
from crash_kit.hurry import notice_death
from crash_kit.plan import Plan
from crash_kit.player import Player
from crash_kit.program import Program
from crash_kit.run import NotReached, Played, Run
from crash_kit.stage import PATIENT, Stage
from crash_kit.stand_ins import Call

IN_A_SECOND = 5
"""Flows that come to their places; with their longest hold this is how many are killed together."""

ASSUMED = 2.0
"""Seconds of an attempt of which nothing is known: it is made by no step of a saga."""

LONGEST_HOLD = 4.5
"""Seconds: shorter than the usual read timeout, since a worker need not know ours."""

SHARE_OF_ATTEMPT = 0.75
"""For which a call is held at most: one that has timed out is not killed any more."""

TRIES = 5
"""How often a flow may come too late, as on a busy machine."""


class Killed(NamedTuple):
    """A case whose worker is to be killed."""

    player: Player
    case: Case
    plan: Plan

    @property
    def in_the_beginning(self) -> bool:
        """Whether the worker is killed before the first step has begun."""
        return self.case.events[-1].at == START

    @property
    def hold(self) -> float:
        """Seconds for which the flow can be held at its place."""
        call = None if self.in_the_beginning else self.case.events[-1].call
        if call is None:
            return LONGEST_HOLD
        return min(LONGEST_HOLD, (self.plan[call].seconds or ASSUMED) * SHARE_OF_ATTEMPT)


class _Placed(NamedTuple):
    killed: Killed
    run: Run
    call: Call | None = None
    """Held."""
    missed: bool = False


async def all_killed(stage: Stage, cases: Sequence[Killed]) -> AsyncIterator[tuple[Killed, Played]]:
    """How each has ended, in any order. A flow that was late at its place is played again."""
    if not cases:
        return
    late: Counter[Case] = Counter()
    waiting = sorted(cases, key=lambda found: found.hold)
    async with stage.worker(read_timeout=PATIENT) as worker:
        while waiting:
            together, waiting = _alike(waiting)
            for killed, played in await _killed_together(stage, worker, together):
                late[killed.case] += played.missed
                if played.missed and late[killed.case] < TRIES:
                    waiting.append(killed)
                else:
                    yield killed, played
            waiting.sort(key=lambda found: found.hold)


def _alike(cases: Sequence[Killed]) -> tuple[list[Killed], list[Killed]]:
    """The first that can be held about as long as the very first, and the rest."""
    hold = cases[0].hold
    together = [found for found in cases if found.hold < 2 * hold][: int(hold * IN_A_SECOND) or 1]
    return together, [found for found in cases if found not in together]


async def _killed_together(
    stage: Stage, worker: Program, cases: Sequence[Killed]
) -> list[tuple[Killed, Played]]:
    until = asyncio.get_running_loop().time() + cases[0].hold
    inside = (found for found in cases if not found.in_the_beginning)
    placed = await asyncio.gather(*(_place(found, until) for found in inside))
    await stage.hold_back(activities=True)
    before = (found for found in cases if found.in_the_beginning)
    placed += await asyncio.gather(*(_place(found, until) for found in before))
    await asyncio.gather(*(_finish_step(found) for found in placed))
    await worker.kill()
    await stage.stand_ins.release()  # the services go on with what they were asked
    await asyncio.gather(*(notice_death(stage.client, found.run.id) for found in placed))
    await stage.hold_back(activities=False)
    await worker.start()
    for found in placed:
        found.run.spared = None
    return list(await asyncio.gather(*(_end(found) for found in placed)))


async def _place(killed: Killed, until: float) -> _Placed:
    """Start the flow and wait until it is where its worker is to die."""
    run = await killed.player.begin(killed.case, killed.plan)
    try:
        async with asyncio.timeout_at(until):
            return _Placed(killed, run, await _reach(killed, run))
    except (NotReached, TimeoutError):
        return _Placed(killed, run, missed=True)


async def _reach(killed: Killed, run: Run) -> Call | None:
    """The call that is held then, if it is one."""
    event = killed.case.events[-1]
    await run.cancel_on_its_way(killed.plan)
    if event.kind is Kind.KILL_WAITING:
        await run.waiting()
        return None
    return None if killed.in_the_beginning else await run.held(event, killed.plan)


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
