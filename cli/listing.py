"""`list`: many flows at a glance."""

from argparse import Namespace
from collections.abc import Sequence

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.tables import table
from cli.wording import duration, flow_state, moment, plain
from runtime.links import WebUi
from runtime.visibility import Listed, list_flows
from saga.status import FlowState


def list_(options: Namespace, context: Context) -> Exit:
    names = [context.catalogue[options.flow].name] if options.flow else context.catalogue.types
    states = [FlowState(options.status)] if options.status else []

    async def look(client: Client) -> list[Listed]:
        return [flow async for flow in list_flows(client, names, states=states, limit=options.limit)]

    found = context.with_client(look)
    if context.output.json:
        context.output.answer([_linked(flow, context.web_ui) for flow in found])
    elif found:
        context.output.show(_listing(found))
    else:
        context.output.show("No such flow." if options.flow or options.status else "No flow yet.")
    return Exit.DONE


def _listing(found: Sequence[Listed]) -> Table:
    rows = [(_named(f), moment(f.started_at), _took(f), _state(f)) for f in found]
    headings = ("id, and its flow", "started", "took", "state")
    return table(headings, rows, whole=["started", "took"], right=["took"])


def _named(flow: Listed) -> Text:
    return Text.assemble(plain(flow.id), "\n", (plain(flow.flow), "dim"))


def _state(flow: Listed) -> Text:
    """With what it waits for: the name of an approval, the id of an incident."""
    waits = ", ".join(plain(wait.partition(":")[2]) for wait in flow.waiting_for)
    return flow_state(flow.status).append(f": {waits}" if waits else "")


def _took(flow: Listed) -> str:
    return duration((flow.completed_at - flow.started_at).total_seconds()) if flow.completed_at else ""


def _linked(found: Listed, web_ui: WebUi) -> JsonValue:
    return {**found.model_dump(mode="json"), "url": web_ui.execution(found.id, found.run_id)}
