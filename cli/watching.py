"""Shows a flow while it goes on: live on a terminal, a line for each change elsewhere."""

from collections.abc import AsyncIterator, Iterator

from rich.live import Live
from rich.text import Text

from cli.flow_screen import flow_screen
from cli.output import Output
from cli.sla_lines import announcement, sla_now
from cli.wording import flow_state, moment, plain, step_state
from runtime.status import FlowView
from saga.status import FlowState, SlaState


async def follow(output: Output, views: AsyncIterator[FlowView]) -> FlowView:
    """Returns the last of the views, of which there is at least one."""
    shown = _live(output, views) if output.console.is_terminal else _lines(output, views)
    return await last_of(shown)


async def last_of(views: AsyncIterator[FlowView]) -> FlowView:
    last = await anext(views)
    async for view in views:
        last = view
    return last


async def _live(output: Output, views: AsyncIterator[FlowView]) -> AsyncIterator[FlowView]:
    with Live(console=output.console, auto_refresh=False, transient=True) as live:
        async for view in views:
            live.update(flow_screen(view), refresh=True)
            yield view


async def _lines(output: Output, views: AsyncIterator[FlowView]) -> AsyncIterator[FlowView]:
    said: set[str] = set()
    async for view in views:
        for line in changes(view):
            if line.plain not in said:
                said.add(line.plain)
                output.show(Text.assemble((f"{moment(view.completed_at or view.created_at)} ", "dim"), line))
        yield view


def changes(view: FlowView) -> Iterator[Text]:
    """What there is to say of a view; a line that was said before is nothing new."""
    for step in view.steps:
        yield Text.assemble(plain(step.name), " ", step_state(step.status))
    if view.trouble:
        yield Text(plain(view.trouble), style="yellow")
    if view.sla and view.sla.state is not SlaState.WITHIN:
        yield sla_now(view.sla)
    for told in view.announcements:
        yield Text(f"{announcement(told)}, {moment(told.at)}", style="dim")
    if view.status is not FlowState.RUNNING:
        yield flow_state(view.status)
