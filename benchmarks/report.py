"""The whole run: lets the contenders take turns, parks approvals, and judges what came of it."""

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders import BARE, ENGINE, NAIVE, Arena, open_arena
from benchmarks.histories import histories
from benchmarks.machine import machine
from benchmarks.parked import park
from benchmarks.results import Parked, Plan, Ratio, Report
from benchmarks.rounds import Tell, Turns, take_turns
from benchmarks.summary import measured, ratios
from benchmarks.targets import SERVER_CPU, SPEED, WORKER_CPU, targets
from runtime.server import TemporalCli


async def run(server: TemporalCli, folder: Path, plan: Plan, tell: Tell) -> Report:
    """Ends every process that it has started."""
    began, described = time.perf_counter(), machine(server_version=server.server_version)
    async with open_arena(server.path, folder) as arena:
        turns = await take_turns(arena, await arena.contenders(), plan, tell)
        found = {each.contender.name: measured(each, await histories(each)) for each in turns}
        parked = await _parked(arena, plan.parked, tell) if plan.parked else None
    compared = _ratios({each.contender.name: each for each in turns})
    return Report(
        machine=described,
        plan=plan,
        seconds=time.perf_counter() - began,
        contenders=tuple(found.values()),
        parked=parked,
        ratios=tuple(compared),
        targets=targets(found[ENGINE], found[BARE], compared),
    )


async def _parked(arena: Arena, count: int, tell: Tell) -> Parked:
    parked = await park(await arena.engine(), count)
    tell(f"{count} parked approvals: {parked.worker_mib_grown:.0f} MiB more")
    return parked


def _ratios(turns: dict[str, Turns]) -> Sequence[Ratio]:
    engine, bare, naive = (turns[name] for name in (ENGINE, BARE, NAIVE))
    return [
        *ratios(engine, bare, of=WORKER_CPU, figure=lambda window: window.worker_ms),
        *ratios(engine, bare, of=SERVER_CPU, figure=lambda window: window.server_ms),
        *ratios(engine, bare, of=SPEED, figure=lambda window: window.sagas_per_second),
        *ratios(engine, naive, of=SPEED, figure=lambda window: window.sagas_per_second),
    ]
