"""`start`: validates first, says the id at once, and waits for the early answer or the end where that is asked."""

from argparse import Namespace
from typing import Any

from pydantic import BaseModel, JsonValue
from temporalio.client import Client, WorkflowFailureError

from cli.answering import answered
from cli.context import Context
from cli.exits import Exit
from cli.files import called, read_text
from cli.flow_screen import flow_screen
from cli.status import exit_of
from cli.telling import Telling, error_of, undone, undone_line, value_lines
from cli.watching import follow
from runtime.flows import Flow
from runtime.id_rules import Request
from runtime.identity import actor
from runtime.refusals import FieldProblem, InvalidInput
from runtime.starting import FlowStarter, Started
from runtime.status import flow_view, watch_flow
from saga.masking import masked


def start(options: Namespace, context: Context) -> Exit:
    if options.within and not options.answer:
        raise InvalidInput("The command line", [FieldProblem("--within", "goes with --answer")])
    return start_flow(options, context, context.catalogue[options.flow])


def start_flow(options: Namespace, context: Context, flow: Flow[Any]) -> Exit:
    """With the options of `start` but the flow's name."""
    flow_input = flow.read(read_text(options.input), what=called(options.input))
    if options.answer:
        name = options.id or flow.id_of(flow_input)
        request = Request(flow, flow_input, name, actor(options.by), options.again)
        return context.with_client(lambda client: answered(client, context, request, options))
    return context.with_client(lambda client: _Start(client, context, flow).run(options, flow_input))


class _Start:
    def __init__(self, client: Client, context: Context, flow: Flow[Any]) -> None:
        self._client = client
        self._context = context
        self._flow = flow

    async def run(self, options: Namespace, flow_input: BaseModel) -> Exit:
        started = await FlowStarter(self._client, task_queue=self._context.task_queue).start(
            self._flow, flow_input, by=actor(options.by), workflow_id=options.id, again=options.again
        )
        telling = Telling(self._context, self._flow.name, started)
        if options.wait and self._context.output.json:
            return await self._answer_at_the_end(telling)
        if self._context.output.json:
            telling.to_machines(status="running")
        else:
            telling.to_people()
        return await self._watch_to_the_end(started) if options.wait else Exit.DONE

    async def _watch_to_the_end(self, started: Started) -> Exit:
        views = watch_flow(self._client, started.handle.id, run_id=started.run_id)
        view = await follow(self._context.output, views)
        result, error = await _ending(started)
        self._context.output.show_verbatim("", flow_screen(view))
        self._context.output.show(*value_lines(result), *(undone_line(view) if error else ()))
        return exit_of(view)

    async def _answer_at_the_end(self, telling: Telling) -> Exit:
        started = telling.started
        result, error = await _ending(started)
        view = await flow_view(self._client, started.handle.id, started.run_id)
        if error:
            error |= {"message": error["message"] or view.error, "undone": list(undone(view))}
        telling.to_machines(status=view.status, result=result, error=error)
        return exit_of(view)


async def _ending(started: Started) -> tuple[JsonValue, dict[str, JsonValue] | None]:
    """The result, as far as it may be shown, or the type and message of the failure."""
    try:
        result = await started.handle.result()
    except WorkflowFailureError as failure:
        return None, error_of(failure.cause)
    return masked(result), None
