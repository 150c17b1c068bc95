"""The end of the demo: the stand-ins' ledger, flow by flow, and a link for each execution."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text

from cli.wording import flow_state
from demo.checks import Evidence
from demo.programme import Told
from demo.screen import Screen
from runtime.links import WebUi
from saga.status import FlowState


def show_finale(screen: Screen, told: Sequence[Told], web_ui: WebUi) -> None:
    screen.heading("What the services remember")
    evidence = [each.seen for each in told]
    screen.part(_ledger(evidence))
    unowned = [line for seen in evidence for line in unowned_effects(seen)]
    for line in unowned:
        screen.say(f"✖ {line}", style="bold red")
    if not unowned:
        screen.say("✔ Everything that is open belongs to a flow that completed.", style="green")
    screen.heading("To be seen in Temporal's Web UI")
    for number, each in enumerate(told, 1):
        screen.verbatim(f"{number}  {each.url(web_ui)}")


def _ledger(evidence: Sequence[Evidence]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_footer=True)
    table.add_column("flow", "", overflow="fold")
    table.add_column("ended", "", no_wrap=True)
    columns = {
        "calls": [len(seen.calls) for seen in evidence],
        "effects made": [len(seen.effects) for seen in evidence],
        "undone": [len(seen.undone) for seen in evidence],
        "open": [len(seen.open) for seen in evidence],
    }
    for heading, counts in columns.items():
        table.add_column(heading, str(sum(counts)), justify="right")
    for row, seen in enumerate(evidence):
        cells = [str(column[row]) for column in columns.values()]
        table.add_row(Text(seen.id), flow_state(seen.view.status), *cells)
    return table


def unowned_effects(seen: Evidence) -> Iterator[str]:
    """Open effects of a flow that did not complete: what must never be."""
    if seen.view.status is not FlowState.COMPLETED:
        yield from (f"{effect.operation} of {seen.id} is open, and nobody owns it" for effect in seen.open)


def verdict(told: Sequence[Told], web_ui: WebUi) -> dict[str, JsonValue]:
    """The same for machines."""
    evidence = [each.seen for each in told]
    return {
        "as_told": as_told(told),
        "stories": [each.summary(web_ui) for each in told],
        "effects": {
            "made": sum(len(seen.effects) for seen in evidence),
            "undone": sum(len(seen.undone) for seen in evidence),
            "open": sum(len(seen.open) for seen in evidence),
            "unowned": sum(len(list(unowned_effects(seen))) for seen in evidence),
        },
    }


def as_told(told: Sequence[Told]) -> bool:
    """Every story ended as told, and no effect is left without an owner."""
    return not any(each.deviations or any(unowned_effects(each.seen)) for each in told)
