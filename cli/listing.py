"""`list` and `incidents`: many flows at a glance."""

from argparse import Namespace
from collections.abc import Sequence

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import PROGRAM, verbatim
from cli.tables import table
from cli.wording import command, duration, flow_state, moment, plain
from runtime.links import WebUi
from runtime.visibility import Listed, list_flows
from runtime.waiting import Waiting, list_waiting
from saga.status import FlowState

SHORT_ID = 40


def list_(options: Namespace, context: Context) -> Exit:
    names = [context.catalogue[options.flow].name] if options.flow else context.catalogue.names
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
    rows = [(plain(f.id), f.flow, moment(f.started_at), _took(f), _state(f)) for f in found]
    short = [] if any(len(flow.id) > SHORT_ID for flow in found) else ["id"]
    headings = ("id", "flow", "started", "took", "state")
    return table(headings, rows, whole=[*short, "started", "took"], right=["took"])


def _state(flow: Listed) -> Text:
    """With what it waits for: the name of an approval, the id of an incident."""
    waits = ", ".join(plain(wait.partition(":")[2]) for wait in flow.waiting_for)
    return flow_state(flow.status).append(f": {waits}" if waits else "")


def _took(flow: Listed) -> str:
    return duration((flow.completed_at - flow.started_at).total_seconds()) if flow.completed_at else ""


def incidents(options: Namespace, context: Context) -> Exit:
    async def look(client: Client) -> list[Waiting]:
        return await list_waiting(client, context.catalogue.names, limit=options.limit)

    found = context.with_client(look)
    if context.output.json:
        context.output.answer([_linked(wait, context.web_ui) for wait in found])
    elif found:
        context.output.show_verbatim(*(part for wait in found for part in _told(wait)))
    else:
        context.output.show("Nothing waits for a person.")
    return Exit.DONE


def _told(wait: Waiting) -> list[Text]:
    since = f"  since {moment(wait.since)}" if wait.since else ""
    until = f", until {moment(wait.deadline)}" if wait.deadline else ""
    mark = ("● ", "yellow") if wait.kind == "approval" else ("▲ ", "bold red")
    head = Text.assemble(
        mark, (plain(wait.id), "bold"), f"  {wait.kind} {plain(wait.name)}", (f"{since}{until}", "dim")
    )
    about = [Text(f"  {plain(wait.about)}")] if wait.about else []
    return [head, *about, verbatim(f"  {_next_command(wait)}", style="yellow")]


def _next_command(wait: Waiting) -> str:
    if wait.kind == "approval":
        return f"{PROGRAM} {command('approve', wait.id, wait.name, '--by', 'YOU')}"
    choices = "|".join(wait.options) or "retry|settle"
    return f"{PROGRAM} {command('resolve', wait.id, wait.name)} {choices} --by YOU --reason WHY"


def _linked(found: Listed | Waiting, web_ui: WebUi) -> JsonValue:
    return {**found.model_dump(mode="json"), "url": web_ui.execution(found.id, found.run_id)}
