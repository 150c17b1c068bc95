"""`python -m benchmarks.documents`: what a step costs that a document says, beside the same flow in Python.

Both count, one call a step, with a compensation for each: 10, 100 and 1,000 steps, and one step a thousand times. They
take turns. `--json FILE` keeps the figures.
"""

import asyncio
import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from temporalio.client import Client

from benchmarks.contenders import open_arena
from benchmarks.counting_contenders import Contender, Shape, contenders
from benchmarks.load import ONE_SAGA_BOUND, WrongEnd
from benchmarks.machine import machine
from benchmarks.measuring import measure, tell
from benchmarks.processes import cpu_seconds
from benchmarks.results import Machine, Result
from benchmarks.table import described
from runtime.ending import leave
from runtime.server import TemporalCli

SHAPES = (Shape(10, runs=20), Shape(100, runs=4), Shape(1000), Shape(1000, loop=True))
QUICK = (Shape(10, runs=2), Shape(20, loop=True))
ROUNDS = 3


class Cost(Result):
    """Of one step. Medians of the rounds; milliseconds from the start of a run to its result, by its steps."""

    way: str
    shape: str
    runs: int
    ms: float
    worker_cpu_ms: float
    server_cpu_ms: float
    events: float
    bytes: float
    first_ms: float
    """Until the server has taken a run, of which a long plan is the input."""


class Figures(Result):
    machine: Machine
    rounds: int
    costs: tuple[Cost, ...]


@dataclass
class Turn:
    """All runs of one shape in one round."""

    seconds: float = 0
    starting: float = 0
    worker: float = 0
    server: float = 0
    ids: list[str] = field(default_factory=list[str])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.documents", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--quick", action="store_true", help="few steps; the figures are rough")
    options = parser.parse_args(arguments)
    shapes = QUICK if options.quick else SHAPES
    figures = measure(lambda server, folder: _run(server, folder, options.rounds, shapes))
    if figures is None:
        return 2
    tell(figures, table(figures), options.json)
    return 0


def table(figures: Figures) -> Iterator[str]:
    yield "| flow | as | ms/step | worker's CPU ms/step | server's CPU ms/step | events/step | bytes/step | start ms |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for cost in figures.costs:
        cells = (cost.ms, cost.worker_cpu_ms, cost.server_cpu_ms, cost.events)
        row = f"| {cost.shape} | {cost.way} | {' | '.join(f'{each:.1f}' for each in cells)} "
        yield f"{row}| {cost.bytes:.0f} | {cost.first_ms:.0f} |"
    yield ""
    yield f"{described(figures.machine)} Rounds: {figures.rounds}."


async def _run(server: TemporalCli, folder: Path, rounds: int, shapes: Sequence[Shape]) -> Figures:
    on = machine(server_version=server.server_version)
    costs: list[Cost] = []
    async with open_arena(server.path, folder) as arena:
        ways = await contenders(arena, folder, shapes)
        for way in ways:
            await _turn(way, shapes[0])
        for shape in shapes:
            turns: dict[str, list[Turn]] = {way.name: [] for way in ways}
            for number in range(rounds):
                for way in ways if number % 2 else ways[::-1]:
                    turns[way.name].append(await _turn(way, shape))
            costs += [await _cost(way, shape, turns[way.name]) for way in ways]
    return Figures(machine=on, rounds=rounds, costs=tuple(costs))


async def _turn(way: Contender, shape: Shape) -> Turn:
    """One run after the other. Raises WrongEnd."""
    turn = Turn()
    worker, server = cpu_seconds(way.worker_pid), cpu_seconds(way.server_pid)
    for _ in range(shape.runs):
        began = time.perf_counter()
        async with asyncio.timeout(ONE_SAGA_BOUND.total_seconds()):
            handle = await way.start(shape, f"{way.name}-{uuid.uuid4()}")
            turn.starting += time.perf_counter() - began
            result = await handle.result()
        turn.seconds += time.perf_counter() - began
        turn.ids.append(handle.id)
        if result != {"n": shape.steps}:
            raise WrongEnd(f"{way.name}: {handle.id} has counted {result}, not to {shape.steps}")
    turn.worker = cpu_seconds(way.worker_pid) - worker
    turn.server = cpu_seconds(way.server_pid) - server
    return turn


async def _cost(way: Contender, shape: Shape, turns: Sequence[Turn]) -> Cost:
    steps = shape.runs * shape.steps
    events, size = await _history(way.client, turns[-1].ids[-1])
    return Cost(
        way=way.name,
        shape=str(shape),
        runs=shape.runs * len(turns),
        ms=1000 * median(turn.seconds for turn in turns) / steps,
        worker_cpu_ms=1000 * median(turn.worker for turn in turns) / steps,
        server_cpu_ms=1000 * median(turn.server for turn in turns) / steps,
        events=events / shape.steps,
        bytes=size / shape.steps,
        first_ms=1000 * median(turn.starting for turn in turns) / shape.runs,
    )


async def _history(client: Client, workflow_id: str) -> tuple[int, int]:
    """Events and bytes of a flow, over all its runs."""
    events = size = 0
    async for run_id in _runs(client, workflow_id):
        description = await client.get_workflow_handle(workflow_id, run_id=run_id).describe()
        info = description.raw_description.workflow_execution_info
        events += info.history_length
        size += info.history_size_bytes
    return events, size


async def _runs(client: Client, workflow_id: str) -> AsyncIterator[str]:
    """Its runs, the newest first: each says which one it continues."""
    run_id: str | None = (await client.get_workflow_handle(workflow_id).describe()).run_id
    while run_id:
        yield run_id
        handle = client.get_workflow_handle(workflow_id, run_id=run_id)
        events = handle.fetch_history_events(page_size=1)
        first = await anext(aiter(events))
        run_id = first.workflow_execution_started_event_attributes.continued_execution_run_id


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
