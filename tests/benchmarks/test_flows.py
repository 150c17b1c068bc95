"""The small benchmarks as users run them, with tiny numbers: that they measure is the point."""

import asyncio
import sys
from pathlib import Path
from typing import TypeVar

from benchmarks import documents, early_answer, overview
from benchmarks.processes import ROOT
from benchmarks.results import Result

Figures = TypeVar("Figures", bound=Result)


async def run(module: str, *arguments: str, file: Path, figures: type[Figures]) -> tuple[str, Figures]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments, "--json", str(file)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, told = await process.communicate()
    assert process.returncode in {0, 1}, told.decode()
    return printed.decode(), figures.model_validate_json(file.read_bytes())


async def test_the_early_answer_is_measured(tmp_path: Path) -> None:
    """Each registration is answered although no mail can be sent; beside it stands the call that it is answered after."""
    printed, figures = await run(
        "benchmarks.early_answer",
        "--registrations",
        "3",
        file=tmp_path / "figures.json",
        figures=early_answer.Figures,
    )

    assert 0 < figures.essential_p50_ms < figures.answer_p50_ms <= figures.answer_p95_ms
    assert figures.over_p95_ms < figures.answer_p95_ms
    assert early_answer.line(figures) in printed
    assert figures.machine.temporal_server in printed


async def test_an_overview_is_measured_both_ways(tmp_path: Path) -> None:
    """As many overviews each way; the workflow uses worker and server, and the direct reads only their caller."""
    printed, figures = await run(
        "benchmarks.overview",
        *("--rounds", "1", "--reads", "10"),
        file=tmp_path / "figures.json",
        figures=overview.Figures,
    )

    ways = [(way.way, way.in_flight, way.overviews) for way in figures.ways]
    assert [("direct", 1, 10), ("direct", 10, 10), ("workflow", 1, 10), ("workflow", 10, 10)] == ways
    assert [0, 0] == [way.worker_cpu_ms + way.server_cpu_ms for way in figures.ways[:2]]
    assert all(way.server_cpu_ms > 0 < way.p50_ms <= way.p95_ms for way in figures.ways[2:])
    assert "\n".join(overview.table(figures)) in printed


async def test_a_document_is_measured_beside_python(tmp_path: Path) -> None:
    """The same counting both ways: as many events of history, as each step is one activity either way."""
    printed, figures = await run(
        "benchmarks.documents",
        *("--quick", "--rounds", "1"),
        file=tmp_path / "figures.json",
        figures=documents.Figures,
    )

    ways = [(cost.way, cost.shape, cost.runs) for cost in figures.costs]
    shapes = [(str(shape), shape.runs) for shape in documents.QUICK]
    assert [(way, *shape) for shape in shapes for way in ("document", "Python")] == ways
    for document, python in zip(figures.costs[::2], figures.costs[1::2], strict=True):
        assert document.events == python.events > 6
        assert min(document.ms, document.worker_cpu_ms, document.bytes, document.first_ms) > 0
    assert "\n".join(documents.table(figures)) in printed
