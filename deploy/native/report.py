"""What the check found: a table for people, a JSON document for machines."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from deploy.native.orders import Course, Kill
from deploy.native.verdict import Tally, judge


class Report(BaseModel):
    """`problems` has a sentence for each thing that is not as it has to be; `ok` is that there is none."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    problems: tuple[str, ...]
    orders: int
    completed: int
    unowned: int
    duplicates: int
    repeated_calls: int
    kills: tuple[Kill, ...]
    effects: tuple[Tally, ...]
    seconds: Mapping[str, float]
    versions: Mapping[str, str]


def report_of(course: Course, *, seconds: Mapping[str, float], versions: Mapping[str, str]) -> Report:
    verdict = judge(course.ends, course.effects)
    return Report(
        ok=verdict.ok,
        problems=verdict.problems,
        orders=verdict.orders,
        completed=verdict.completed,
        unowned=verdict.unowned,
        duplicates=verdict.duplicates,
        repeated_calls=sum(tally.repeated for tally in verdict.tallies),
        kills=course.kills,
        effects=verdict.tallies,
        seconds={**seconds, **course.seconds},
        versions=versions,
    )


def show(report: Report, console: Console) -> None:
    console.print(_ledger(report))
    for kill in report.kills:
        console.print(f"{kill.what} killed: {kill.orders} orders and {kill.calls} calls were under way")
    console.print(
        f"{report.completed} of {report.orders} orders completed, {report.unowned} effects without an owner, "
        f"{report.duplicates} duplicates, {report.repeated_calls} calls repeated under their key"
    )
    for problem in report.problems:
        console.print(f"[red]✗[/] {problem}", highlight=False)
    console.print("[green]✓ as it has to be[/]" if report.ok else "[red]✗ not as it has to be[/]")


def _ledger(report: Report) -> Table:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    table = Table(title="What the services remember", caption=versions)
    table.add_column("operation")
    for column in ("effects", "open", "undone", "calls repeated"):
        table.add_column(column, justify="right")
    for tally in report.effects:
        numbers = (tally.effects, tally.open, tally.undone, tally.repeated)
        table.add_row(tally.operation, *map(str, numbers))
    return table
