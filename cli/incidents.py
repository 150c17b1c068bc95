"""`incidents`: what waits for a person, over all flows, each with the command that settles it."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import JsonValue
from rich.text import Text
from temporalio.client import Client

from cli.approval_lines import approving
from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import PROGRAM, verbatim
from cli.form_lines import INPUT
from cli.incident_lines import needs, reminders, resolving
from cli.wording import duration, moment, plain
from runtime.waiting import Waiting, list_waiting


def incidents(options: Namespace, context: Context) -> Exit:
    async def look(client: Client) -> list[Waiting]:
        return await list_waiting(client, context.catalogue.types, limit=options.limit)

    found = context.with_client(look)
    if context.output.json:
        context.output.answer([_linked(wait, context) for wait in found])
    elif found:
        context.output.show_verbatim(*(part for wait in found for part in _told(wait)))
    else:
        context.output.show("Nothing waits for a person.")
    return Exit.DONE


def _told(wait: Waiting) -> Iterable[Text]:
    mark = ("● ", "yellow") if wait.kind == "approval" else ("▲ ", "bold red")
    kind = f"  {wait.flow}  {wait.kind} {plain(wait.name)}"
    yield Text.assemble(mark, (plain(wait.id), "bold"), kind, (_since(wait), "dim"))
    if wait.about:
        yield Text(f"  {plain(wait.about)}")
    if wait.kind == "approval":
        yield verbatim(f"  {PROGRAM} {approving(wait.id, wait.name)}{_brings(wait)}", style="yellow")
        return
    if asks := needs(wait):
        yield Text(f"  {asks}", style="dim")
    options = wait.options or ("retry", "settle")
    yield verbatim(f"  {PROGRAM} {resolving(wait.id, wait.name, options)}", style="yellow")


def _brings(wait: Waiting) -> str:
    return f" {' '.join(INPUT)}" if wait.accepts_input else ""


def _since(wait: Waiting) -> str:
    if wait.since is None:
        return ""
    age = duration((datetime.now(UTC) - wait.since).total_seconds())
    until = f", until {moment(wait.deadline)}" if wait.deadline else ""
    return f"  for {age}{until}{reminders(wait.reminded)}"


def _linked(found: Waiting, context: Context) -> JsonValue:
    return {**found.model_dump(mode="json"), "url": context.web_ui.execution(found.id, found.run_id)}
