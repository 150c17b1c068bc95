"""`start --answer`: the early answer, as soon as the flow has it; the rest goes on behind."""

import asyncio
from argparse import Namespace
from contextlib import suppress
from datetime import timedelta

from pydantic import JsonValue
from rich.text import Text
from temporalio.client import Client
from temporalio.exceptions import FailureError

from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import PROGRAM, flow_screen, verbatim
from cli.telling import Telling, error_of, undone, undone_line, value_lines
from cli.watching import last_of
from cli.wording import command, plain, span
from runtime.answering import AnswerSeeker
from runtime.id_rules import Request, state_of
from runtime.status import FlowView, describe, flow_view, watch_flow

WITHIN = timedelta(seconds=30)
ENDS_WITHIN = timedelta(seconds=5)
"""A flow that says that it will not answer is at its end: everything is undone already."""


async def answered(client: Client, context: Context, request: Request, options: Namespace) -> Exit:
    """Not answered in time is no failure: the flow runs, and to ask again is safe."""
    within: timedelta = options.within or WITHIN
    asked = await AnswerSeeker(client, task_queue=context.task_queue).ask(request, within=within)
    telling = Telling(context, request.flow.name, asked.started)
    if asked.failure:
        return await _failed(client, telling, asked.failure)
    answer: JsonValue = asked.answer.model_dump(mode="json") if asked.answer else None
    if not asked.answer:
        context.output.warn(_not_in_time(request.id, within))
    if context.output.json:
        state = state_of(await describe(asked.started.handle))
        telling.to_machines(status=state, answer=answer)
    elif asked.answer:
        telling.to_people(*value_lines(answer), "")
    else:
        telling.to_people()
        context.output.show_verbatim(verbatim(f"  {PROGRAM} {_again(request, options)}", style="dim"))
    return Exit.DONE


def _not_in_time(name: str, within: timedelta) -> str:
    """Whether a worker is slow or there is none cannot be told apart."""
    return (
        f"{plain(name)} has not answered within {span(within)} and goes on; if no worker runs, start one with "
        "`python worker.py`. To ask again, start it again with the same input: it is joined."
    )


def _again(request: Request, options: Namespace) -> str:
    chosen = ("--id", request.id) if options.id else ()
    return command("start", request.flow.name, "--input", options.input, *chosen, "--answer")


async def _failed(client: Client, telling: Telling, failure: FailureError) -> Exit:
    view = await _at_rest(client, telling)
    error = error_of(failure)
    error |= {"undone": list(undone(view))}
    output = telling.context.output
    if output.json:
        telling.to_machines(status=view.status, error=error)
    else:
        output.show_verbatim(flow_screen(view))
        output.show("", Text(plain(str(error["message"])), style="red"), *undone_line(view))
    return Exit.FAILED


async def _at_rest(client: Client, telling: Telling) -> FlowView:
    """At its end, unless there is a bug and it goes on."""
    handle, run_id = telling.started.handle, telling.started.run_id
    with suppress(TimeoutError):
        async with asyncio.timeout(ENDS_WITHIN.total_seconds()):
            return await last_of(watch_flow(client, handle.id, run_id=run_id))
    return await flow_view(client, handle.id, run_id)
