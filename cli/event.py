"""`event`: validates first, then gives the event to the flow of its key, which begins if it does not run."""

from argparse import Namespace

from pydantic import BaseModel
from temporalio.client import Client

from arazzo.run_input import MAILBOX, ChannelEvent
from arazzo.type_names import TYPE_PREFIX
from cli.context import Context
from cli.exits import Exit
from cli.files import called, read_text
from cli.flow_screen import PROGRAM, verbatim
from cli.wording import command, plain
from runtime.document_flows import DocumentFlow
from runtime.events import EventSender, check_key, tell_document
from runtime.flows import Flow, read_model
from runtime.identity import actor


def event(options: Namespace, context: Context) -> Exit:
    if options.flow.startswith(TYPE_PREFIX):
        message = _message(options, context)
        return context.with_client(lambda client: _told(client, context, message, options))
    flow = context.catalogue[options.flow]
    body = flow.read_event(read_text(options.input), what=called(options.input))
    check_key(flow, body, options.key)
    return context.with_client(lambda client: _sent(client, context, flow, body, options))


def _message(options: Namespace, context: Context) -> ChannelEvent:
    """By the document, where it is in the catalogue; a run of another one says itself what it takes."""
    text, what = read_text(options.input), called(options.input)
    flow = context.catalogue[options.flow] if options.flow in context.catalogue.names else None
    if isinstance(flow, DocumentFlow):
        return flow.read_message(text, what=what)
    return read_model(ChannelEvent, text, what)


async def _told(client: Client, context: Context, message: ChannelEvent, options: Namespace) -> Exit:
    """A message on a channel, to the run of a document that has this id."""
    run_id = await tell_document(client, options.flow, options.key, message)
    return _delivered(context, options.key, run_id, flow=options.flow, mailbox=MAILBOX)


async def _sent(
    client: Client, context: Context, flow: Flow[BaseModel], body: BaseModel, options: Namespace
) -> Exit:
    sender = EventSender(client, flow, task_queue=context.task_queue, by=actor(options.by))
    handle = await sender.send(body)
    run_id = handle.result_run_id or ""
    return _delivered(context, handle.id, run_id, flow=flow.name, mailbox=flow.takes.mailbox)


def _delivered(context: Context, name: str, run_id: str, *, flow: str, mailbox: str) -> Exit:
    url = context.web_ui.execution(name, run_id)
    if context.output.json:
        context.output.answer({"id": name, "run_id": run_id, "flow": flow, "mailbox": mailbox, "url": url})
    else:
        context.output.show_verbatim(
            f"{plain(name)} has been sent the event",
            verbatim(f"  {PROGRAM} {command('status', name)}", style="dim"),
            verbatim(f"  {url}", style="dim"),
        )
    return Exit.DONE
