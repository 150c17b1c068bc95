"""`python -m benchmarks.overview`: what it costs to read three services side by side as a workflow, and without one.

The two take turns. `--json FILE` keeps the figures.
"""

import asyncio
import sys
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from activities.endpoint import Endpoint
from activities.transport import open_transport
from benchmarks.contenders import Arena, AtWork, open_arena
from benchmarks.downstream import CUSTOMER
from benchmarks.load import together
from benchmarks.machine import machine
from benchmarks.measuring import measure, tell
from benchmarks.processes import cpu_seconds
from benchmarks.results import Machine, Result
from benchmarks.summary import percentile
from benchmarks.table import described
from catalogue import CATALOGUE
from models.customer_overview import CustomerOverview, OverviewRequest
from models.customers import OrderHistory, Preferences, Profile
from runtime.ending import leave
from runtime.identity import Actor
from runtime.server import TemporalCli
from runtime.starting import FlowStarter

FLOW = CATALOGUE["customer-overview"]
LEVELS = (1, 10)
ROUNDS = 6
READS = 40
"""Overviews in one turn."""
BY = Actor(by="benchmark")

Read = Callable[[], Awaitable[CustomerOverview]]
Cpu = Mapping[str, float]


class Way(Result):
    """One way to an overview, with so many asked for at once. CPU in milliseconds an overview."""

    way: str
    in_flight: int
    overviews: int
    p50_ms: float
    p95_ms: float
    caller_cpu_ms: float
    worker_cpu_ms: float
    server_cpu_ms: float


class Figures(Result):
    machine: Machine
    rounds: int
    ways: tuple[Way, ...]


@dataclass
class Contender:
    """`cpu` says what the processes that take part have used so far, in seconds."""

    way: str
    read: Read
    cpu: Callable[[], Cpu]
    times: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    used: dict[int, list[Cpu]] = field(default_factory=dict[int, list[Cpu]])

    async def turn(self, in_flight: int, overviews: int) -> None:
        left, before = iter(range(overviews)), self.cpu()
        await together(self._some(left, in_flight) for _ in range(in_flight))
        after = self.cpu()
        self.used.setdefault(in_flight, []).append({name: after[name] - before[name] for name in after})

    async def _some(self, left: Iterator[int], in_flight: int) -> None:
        for _ in left:
            began = time.perf_counter()
            overview = await self.read()
            self.times.setdefault(in_flight, []).append(1000 * (time.perf_counter() - began))
            assert overview.status == "complete", overview

    def figures(self, in_flight: int) -> Way:
        times, turns = sorted(self.times[in_flight]), self.used[in_flight]
        cpu = {name: 1000 * sum(turn[name] for turn in turns) / len(times) for name in turns[0]}
        return Way(
            way=self.way,
            in_flight=in_flight,
            overviews=len(times),
            p50_ms=percentile(times, 50),
            p95_ms=percentile(times, 95),
            caller_cpu_ms=cpu["caller"],
            worker_cpu_ms=cpu.get("worker", 0),
            server_cpu_ms=cpu.get("server", 0),
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.overview", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--reads", type=int, default=READS, metavar="N", help="overviews in one turn")
    options = parser.parse_args(arguments)
    figures = measure(lambda server, folder: _run(server, folder, options.rounds, options.reads))
    if figures is None:
        return 2
    tell(figures, table(figures), options.json)
    return 0


def table(figures: Figures) -> Iterator[str]:
    yield "| at once | way | p50 ms | p95 ms | caller's CPU ms | worker's CPU ms | server's CPU ms |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for way in sorted(figures.ways, key=lambda way: way.in_flight):
        cpu = (way.caller_cpu_ms, way.worker_cpu_ms, way.server_cpu_ms)
        times = f"{way.p50_ms:.1f} | {way.p95_ms:.1f}"
        yield f"| {way.in_flight} | {way.way} | {times} | {' | '.join(f'{each:.1f}' for each in cpu)} |"
    yield ""
    yield described(figures.machine)


async def _run(server: TemporalCli, folder: Path, rounds: int, reads: int) -> Figures:
    on = machine(server_version=server.server_version)
    async with open_arena(server.path, folder) as arena, AsyncExitStack() as pools:
        contenders = (await _direct(arena, pools), _workflow(await arena.at_work()))
        for contender in contenders:
            await contender.turn(max(LEVELS), reads)
            contender.times.clear()
            contender.used.clear()
        for number in range(rounds):
            for in_flight in LEVELS:
                for contender in contenders if number % 2 else contenders[::-1]:
                    await contender.turn(in_flight, reads)
    ways = tuple(contender.figures(in_flight) for contender in contenders for in_flight in LEVELS)
    return Figures(machine=on, rounds=rounds, ways=ways)


async def _direct(arena: Arena, pools: AsyncExitStack) -> Contender:
    """Over the transport that the worker has too."""

    async def pool(service: str) -> httpx.AsyncClient:
        url = f"{arena.downstream_url}/{service}"
        client = httpx.AsyncClient(base_url=url, transport=open_transport(Endpoint(url=url)))
        return await pools.enter_async_context(client)

    profiles, orders, preferences = [
        await pool(name) for name in ("profiles", "order_history", "preferences")
    ]

    async def read() -> CustomerOverview:
        profile, history, preferred = await asyncio.gather(
            _content(profiles, f"/customers/{CUSTOMER}"),
            _content(orders, f"/customers/{CUSTOMER}/orders?limit=5"),
            _content(preferences, f"/customers/{CUSTOMER}"),
        )
        return CustomerOverview(
            customer_id=CUSTOMER,
            profile=Profile.model_validate_json(profile),
            orders=OrderHistory.model_validate_json(history),
            preferences=Preferences.model_validate_json(preferred),
            missing=(),
            status="complete",
        )

    return Contender("direct", read, lambda: {"caller": time.process_time()})


async def _content(client: httpx.AsyncClient, path: str) -> bytes:
    return (await client.get(path)).raise_for_status().content


def _workflow(ours: AtWork) -> Contender:
    starter = FlowStarter(ours.client, task_queue=ours.task_queue)

    async def read() -> CustomerOverview:
        started = await starter.start(FLOW, OverviewRequest(customer_id=CUSTOMER), by=BY, again=False)
        return CustomerOverview.model_validate(await started.handle.result())

    def cpu() -> Cpu:
        return {
            "caller": time.process_time(),
            "worker": cpu_seconds(ours.worker_pid),
            "server": cpu_seconds(ours.server_pid),
        }

    return Contender("workflow", read, cpu)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
