"""Lets the contenders take turns, round after round, so that whatever disturbs the machine disturbs all alike."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from benchmarks.contenders import Arena, Contender
from benchmarks.downstream import CALLS
from benchmarks.load import Ended, Window, window
from benchmarks.orders import Orders
from benchmarks.results import Plan

WARM_UP_S = 1.0
WARM_IN_FLIGHT = 10

Tell = Callable[[str], None]


@dataclass
class Turns:
    """All windows of one contender."""

    contender: Contender
    orders: Orders = field(default_factory=Orders)
    windows: dict[int, list[Window]] = field(default_factory=dict[int, list[Window]])
    """By the number in flight, one for each round."""
    calls: int = 0

    @property
    def sagas(self) -> list[Ended]:
        return [saga for windows in self.windows.values() for window in windows for saga in window.sagas]

    async def take(self, in_flight: int, lasts: timedelta, downstream: str) -> Window:
        before = await _calls(downstream)
        taken = await window(self.contender, self.orders, in_flight=in_flight, lasts=lasts)
        self.calls += await _calls(downstream) - before
        self.windows.setdefault(in_flight, []).append(taken)
        return taken


async def take_turns(arena: Arena, contenders: Sequence[Contender], plan: Plan, tell: Tell) -> list[Turns]:
    """In each round, at each level: one window for each contender. After the first round the budget is a bound.

    Every other round goes backwards, so that none always comes after the same one.
    """
    for contender in contenders:
        await _warm_up(contender, plan)
    turns = [Turns(contender) for contender in contenders]
    until = time.perf_counter() + plan.budget_s
    for number, in_flight in itertools.product(range(1, plan.rounds + 1), plan.levels):
        if number > 1 and time.perf_counter() > until:
            tell("The time is over: no further turns")
            break
        order = turns if number % 2 else turns[::-1]
        lasts = timedelta(seconds=plan.window_s)
        said = [_said(each, await each.take(in_flight, lasts, arena.downstream_url)) for each in order]
        tell(f"round {number} of {plan.rounds}, {in_flight} in flight: {', '.join(said)}")
    return turns


async def _warm_up(contender: Contender, plan: Plan) -> None:
    lasts = timedelta(seconds=min(WARM_UP_S, plan.window_s))
    await window(contender, Orders(), in_flight=min(WARM_IN_FLIGHT, max(plan.levels)), lasts=lasts)


def _said(turns: Turns, taken: Window) -> str:
    cpu = f"{taken.worker_ms:.1f} + {taken.server_ms:.1f} ms"
    return f"{turns.contender.name} {taken.sagas_per_second:.1f}/s ({cpu})"


async def _calls(downstream: str) -> int:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{downstream}{CALLS}")
        return int(answer.raise_for_status().json()["calls"])
