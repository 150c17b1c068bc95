"""`inbox`: what waits for one person over all flows, the most urgent first, each with the command that decides it."""

from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import JsonValue
from rich.text import Text
from temporalio.client import Client

from cli.approval_lines import approving, missing, shown_lines
from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import PROGRAM, verbatim
from cli.form_lines import form_lines
from cli.wording import duration, moment, plain
from runtime.identity import actor
from runtime.inbox import Owed, list_inbox


def inbox(options: Namespace, context: Context) -> Exit:
    who = actor(options.who).by

    async def look(client: Client) -> list[Owed]:
        return await list_inbox(client, who, limit=options.limit)

    found = context.with_client(look)
    if context.output.json:
        context.output.answer([_described(owed, who, context) for owed in found])
    elif found:
        context.output.show_verbatim(*(part for owed in found for part in _told(owed, who)))
    else:
        context.output.show(f"Nothing waits for {plain(who)}.")
    return Exit.DONE


def _told(owed: Owed, who: str) -> Iterable[Text]:
    approval = owed.approval
    until = f"  until {moment(owed.due)}{_left(owed.due)}" if owed.due else ""
    kind = f"  {owed.flow}  approval {plain(owed.name)}"
    yield Text.assemble(("● ", "yellow"), (plain(owed.id), "bold"), kind, (until, "dim"))
    if approval is None:
        yield Text("  no worker says more of it", style="dim")
    else:
        yield Text(f"  {plain(approval.summary)}")
        yield from (Text(f"  {line}", style="dim") for line in shown_lines(approval.shown))
        yield from (Text(f"  {line}", style="dim") for line in form_lines(approval.takes))
        if approval.version > 1:
            yield Text(f"  it was changed: this is version {approval.version}", style="yellow")
        if how_many := missing(approval):
            yield Text(f"  {how_many}", style="dim")
    yield verbatim(f"  {PROGRAM} {approving(owed.id, owed.name, approval, by=who)}", style="yellow")


def _left(due: datetime) -> str:
    left = (due - datetime.now(UTC)).total_seconds()
    return f", in {duration(left)}" if left > 0 else ", which is over"


def _described(owed: Owed, who: str, context: Context) -> JsonValue:
    approval = owed.approval
    return {
        "id": owed.id,
        "run_id": owed.run_id,
        "flow": owed.flow,
        "approval": owed.name,
        "summary": approval.summary if approval else None,
        "shown": approval.shown if approval else None,
        "takes": approval.takes if approval else None,
        "digest": approval.digest if approval else None,
        "version": approval.version if approval else None,
        "missing": approval.missing if approval else None,
        "due": owed.due.isoformat() if owed.due else None,
        "decide": f"{PROGRAM} {approving(owed.id, owed.name, approval, by=who)}",
        "url": context.web_ui.execution(owed.id, owed.run_id),
    }
