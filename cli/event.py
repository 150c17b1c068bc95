"""`event`: validates first, then gives the event to the flow of its key, which begins if it does not run."""

from argparse import Namespace

from pydantic import BaseModel
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.files import called, read_text
from cli.flow_screen import PROGRAM, verbatim
from cli.wording import command, plain
from runtime.events import EventSender, check_key
from runtime.flows import Flow
from runtime.identity import actor


def event(options: Namespace, context: Context) -> Exit:
    flow = context.catalogue[options.flow]
    body = flow.read_event(read_text(options.input), what=called(options.input))
    check_key(flow, body, options.key)
    return context.with_client(lambda client: _sent(client, context, flow, body, options))


async def _sent(
    client: Client, context: Context, flow: Flow[BaseModel], body: BaseModel, options: Namespace
) -> Exit:
    sender = EventSender(client, flow, task_queue=context.task_queue, by=actor(options.by))
    handle = await sender.send(body)
    run_id = handle.result_run_id or ""
    url = context.web_ui.execution(handle.id, run_id)
    if context.output.json:
        mailbox = flow.takes.mailbox
        context.output.answer(
            {"id": handle.id, "run_id": run_id, "flow": flow.name, "mailbox": mailbox, "url": url}
        )
    else:
        context.output.show_verbatim(
            f"{plain(handle.id)} has been sent the event",
            verbatim(f"  {PROGRAM} {command('status', handle.id)}", style="dim"),
            verbatim(f"  {url}", style="dim"),
        )
    return Exit.DONE
