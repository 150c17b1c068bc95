"""Which APIs flows call, and which flows call an API: lines for people."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cli.wording import plain
from runtime.flow_calls import FlowCall, calls_of_flow
from runtime.flows import Flow

ROLES = {"step": "", "compensation": "undo of ", "probe": "probe of "}


def apis(flow: Flow[Any]) -> Iterator[str]:
    """`shop (Orders): reserveInventory, releaseInventory`: a line for each API."""
    calls = calls_of_flow(flow)
    for api, title in dict.fromkeys((one.api, one.title) for one in calls):
        operations = dict.fromkeys(one.operation for one in calls if one.api == api)
        named = f"{api} ({title})" if title else api
        yield plain(f"{named}: {', '.join(one.removeprefix(f'{api}.') for one in operations)}")


def callers(wanted: str, found: Sequence[FlowCall], flows: Iterable[Flow[Any]]) -> Iterator[RenderableType]:
    """A row for each call; where there is none, what is called at all."""
    if not found:
        yield Text(f"no flow calls {plain(wanted)}; called are:")
        known = sorted({one.api for flow in flows for one in calls_of_flow(flow)})
        yield Text(f"  {', '.join(map(plain, known))}")
        return
    for flow, calls in groupby(found, key=lambda one: one.flow):
        yield Text(plain(flow), style="bold")
        grid = Table.grid(padding=(0, 2, 0, 0))
        for call in calls:
            grid.add_row("", *map(plain, _row(call)))
        yield grid


def _row(call: FlowCall) -> tuple[str, str]:
    where = f"{ROLES[call.role]}{call.step}" if call.role and call.step else "in code"
    asked = f"{call.method} {call.path}" if call.method else ""
    return where, f"{call.operation} ({asked})" if asked and asked != call.operation else call.operation
