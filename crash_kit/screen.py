"""What the audience sees: how far the rehearsal is, each broken promise as it is found, and the sums at the end."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crash_kit.report import Report, Result


class Screen:
    """Progress on standard error, the report on standard output."""

    def __init__(self) -> None:
        self._progress = Console(stderr=True)
        self._console = Console()
        self._played: Counter[str] = Counter()
        self._broken = 0
        self._live: Live | None = None

    @contextmanager
    def live(self) -> Generator[None]:
        with Live(console=self._progress, get_renderable=self._line, transient=True):
            yield

    def tell(self, flow: str, result: Result) -> None:
        """A case was played."""
        self._played[flow] += 1
        self._broken += bool(result.broken)
        for promise in result.broken:
            self._progress.print(Text.assemble((f"{flow} {result.case}: ", "bold red"), promise))

    def show(self, report: Report) -> None:
        table = Table("kind", "cases", "played", box=None, pad_edge=False)
        for kind, cases in report.cases.items():
            table.add_row(kind, str(cases), str(report.played.get(kind, 0)))
        self._console.print(f"{report.flow} calls {', '.join(report.operations)}", highlight=False)
        self._console.print(table)
        self._console.print(Text(_verdict(report), style="bold green" if report.good else "bold red"))
        for promise in report.broken:
            line = f"{promise.case}: {'; '.join(promise.broken)}\n  {promise.repeat}"
            self._console.print(Text(line), soft_wrap=True)
        if report.missed:
            late = f"not played, as the flow came too late to its place: {', '.join(report.missed)}"
            self._console.print(Text(late, style="yellow"), soft_wrap=True)

    def _line(self) -> Text:
        played = ", ".join(f"{flow}: {count}" for flow, count in self._played.items())
        return Text(f"played {played or 'nothing yet'}; broken {self._broken}", style="dim")


def _verdict(report: Report) -> str:
    ends = ", ".join(f"{count} {end}" for end, count in report.ends.items())
    kept = "all promises kept" if report.good else f"{len(report.broken)} cases broke a promise"
    return f"{kept}; {sum(report.ends.values())} runs: {ends}; {report.seconds:.0f} s"
