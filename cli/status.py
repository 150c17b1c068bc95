"""`status`: one flow, once or until it ends."""

from argparse import Namespace
from collections.abc import AsyncIterator

from pydantic import JsonValue
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import flow_screen
from cli.watching import follow, last_of
from runtime.status import FlowView, flow_view, watch_flow
from saga.status import FlowState


def status(options: Namespace, context: Context) -> Exit:
    """Once, it is a look, and a look at a failed flow is done; watched, the exit status is the flow's."""
    if not options.watch:
        show_flow(context, context.with_client(lambda client: flow_view(client, options.id)))
        return Exit.DONE
    view = context.with_client(lambda client: _watch(client, context, options.id))
    return exit_of(view)


async def _watch(client: Client, context: Context, workflow_id: str) -> FlowView:
    views = watch_flow(client, workflow_id)
    if context.output.json:
        return await last_of(_each_shown(context, views))
    view = await follow(context.output, views)
    show_flow(context, view)
    return view


async def _each_shown(context: Context, views: AsyncIterator[FlowView]) -> AsyncIterator[FlowView]:
    async for view in views:
        show_flow(context, view)
        yield view


def show_flow(context: Context, view: FlowView) -> None:
    url = context.web_ui.execution(view.id, view.run_id)
    if context.output.json:
        answer: JsonValue = {**view.model_dump(mode="json"), "url": url}
        context.output.answer(answer)
    else:
        context.output.show_verbatim(flow_screen(view, url=url))


def exit_of(view: FlowView) -> Exit:
    return Exit.DONE if view.status is FlowState.COMPLETED else Exit.FAILED
