"""The benchmark as users run it, with tiny numbers: its figures mean nothing, that it measures is the point."""

import asyncio
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from benchmarks.processes import ROOT
from benchmarks.results import Measured, Report

MARK = "BENCHMARK_RUN"
TINY = ("--rounds", "1", "--window", "0.1", "--in-flight", "2", "--parked", "3")


class Run:
    """One run of the command."""

    def __init__(self, printed: str, report: Report, left: list[str]) -> None:
        self.printed = printed
        self.report = report
        self.left = left

    def of(self, name: str) -> Measured:
        return next(each for each in self.report.contenders if each.name == name)


@pytest.fixture(scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    file = tmp_path_factory.mktemp("benchmark") / "report.json"
    mark = str(uuid.uuid4())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", *TINY, "--json", str(file)),
        cwd=ROOT,
        env={**os.environ, MARK: mark},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, told = await process.communicate()
    assert process.returncode in {0, 1}, told.decode()
    left = sorted(_marked(mark))
    return Run(printed.decode(), Report.model_validate_json(file.read_bytes()), left)


async def test_it_measures_the_same_work_in_three_ways(run: Run) -> None:
    """The hand-written saga, ours and the naive one take turns on the same orders, with the same calls."""
    names = [each.name for each in run.report.contenders]
    levels = [level.in_flight for each in run.report.contenders for level in each.levels]

    assert ["bare", "engine", "naive"] == names
    assert [2] * 3 == levels
    assert [5.0] * 3 == [each.calls_per_saga for each in run.report.contenders]


@pytest.mark.parametrize("name", ["bare", "engine", "naive"])
async def test_every_figure_is_there(run: Run, name: str) -> None:
    """Speed, latencies, CPU of worker and server, and the history of both ends of a saga are measured."""
    for level in run.of(name).levels:
        assert level.sagas > 0
        assert 0 < level.p50_ms <= level.p95_ms <= level.p99_ms
        assert min(level.sagas_per_s, level.server_cpu_ms) > 0
    kept = run.of(name).histories

    assert kept.completed
    assert kept.refused
    assert min(kept.completed.events, kept.completed.bytes, kept.refused.events) > 0


async def test_the_engine_adds_no_more_events_than_promised(run: Run) -> None:
    """Where nothing is waited for, the engine's history has at most two events more, undone or not."""
    met = {target.target: target.met for target in run.report.targets if "events" in target.target}

    assert [True, True] == list(met.values())


async def test_parked_approvals_are_counted(run: Run) -> None:
    """So many approvals wait as were asked for, and the worker's memory is told before and after."""
    assert run.report.parked
    assert run.report.parked.approvals == 3
    assert run.report.parked.worker_mib_before > 0


async def test_the_tables_say_all_of_it(run: Run) -> None:
    """What is printed has the contenders, the targets with their verdicts, and the machine."""
    for text in ("| 2 | engine |", "at most × 1.10", run.report.machine.temporal_server, "parked approvals"):
        assert text in run.printed


async def test_no_process_is_left_behind(run: Run) -> None:
    """Servers, workers and downstream have ended with the command."""
    assert [] == run.left


def _marked(mark: str) -> Iterator[str]:
    """All processes that the benchmark has started have what it was given in their environment."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended, or is somebody else's
            if process.environ().get(MARK) == mark:
                yield f"{process.pid} {' '.join(process.cmdline())}"
