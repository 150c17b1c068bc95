"""`start`: validates first, answers with the id at once, and waits for the end where that is asked."""

from argparse import Namespace
from typing import Any

from pydantic import BaseModel, JsonValue
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, FailureError

from cli.context import Context
from cli.exits import Exit
from cli.files import called, read_text
from cli.flow_screen import PROGRAM, flow_screen, verbatim
from cli.status import exit_of
from cli.watching import follow
from cli.wording import command, plain
from runtime.flows import Flow
from runtime.identity import actor
from runtime.starting import FlowStarter, Started
from runtime.status import FlowView, flow_view, watch_flow
from saga.status import StepState
from saga.step import root_cause

NOT_STARTED: dict[str, JsonValue] = dict.fromkeys(
    ("id", "run_id", "flow", "status", "result", "error", "url")
)
"""The keys of every answer of `start --json`."""


def start(options: Namespace, context: Context) -> Exit:
    flow = context.catalogue[options.flow]
    flow_input = flow.read(read_text(options.input), what=called(options.input))
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
        if options.wait and self._context.output.json:
            return await self._answer_at_the_end(started)
        self._tell_started(started)
        return await self._watch_to_the_end(started) if options.wait else Exit.DONE

    def _tell_started(self, started: Started) -> None:
        output, name = self._context.output, started.handle.id
        if output.json:
            output.answer(self._answer(started, status="running"))
            return
        verdict = "is already running with the same input, joined" if started.joined else "started"
        output.show_verbatim(
            f"{plain(name)} {verdict}",
            verbatim(f"  {PROGRAM} {command('status', name, '--watch')}", style="dim"),
            verbatim(f"  {self._url(started)}", style="dim"),
        )

    async def _watch_to_the_end(self, started: Started) -> Exit:
        views = watch_flow(self._client, started.handle.id, run_id=_run_id(started))
        view = await follow(self._context.output, views)
        result, error = await _ending(started)
        self._context.output.show_verbatim("", flow_screen(view))
        self._context.output.show(*_result_lines(result), *_undone_line(view, error))
        return exit_of(view)

    async def _answer_at_the_end(self, started: Started) -> Exit:
        result, error = await _ending(started)
        view = await flow_view(self._client, started.handle.id, _run_id(started))
        if error:
            error |= {"message": error["message"] or view.error, "undone": list(undone(view))}
        self._context.output.answer(self._answer(started, status=view.status, result=result, error=error))
        return exit_of(view)

    def _answer(self, started: Started, **end: JsonValue) -> dict[str, JsonValue]:
        known = {"id": started.handle.id, "run_id": _run_id(started), "flow": self._flow.name}
        return {**NOT_STARTED, **known, **end, "url": self._url(started)}

    def _url(self, started: Started) -> str:
        return self._context.web_ui.execution(started.handle.id, _run_id(started))


def undone(view: FlowView) -> list[str]:
    """The steps whose effects were taken back, newest first, as they were."""
    return [step.name for step in reversed(view.steps) if step.status is StepState.COMPENSATED]


def _run_id(started: Started) -> str:
    return started.handle.result_run_id or started.handle.run_id or ""


async def _ending(started: Started) -> tuple[JsonValue, dict[str, JsonValue] | None]:
    """The result, or the type and message of the failure."""
    try:
        result: JsonValue = await started.handle.result()
    except WorkflowFailureError as failure:
        cause = root_cause(failure.cause)
        kind = cause.type if isinstance(cause, ApplicationError) else None
        message = cause.message if isinstance(cause, FailureError) else str(cause)
        return None, {"type": kind or type(cause).__name__.removesuffix("Error"), "message": message}
    return result, None


def _result_lines(result: JsonValue) -> list[str]:
    if not isinstance(result, dict):
        return [] if result is None else ["", plain(str(result))]
    width = max(map(len, result), default=0)
    return [
        "",
        *(
            f"{plain(name):{width}}  {plain(str(value))}"
            for name, value in result.items()
            if value is not None
        ),
    ]


def _undone_line(view: FlowView, error: dict[str, JsonValue] | None) -> list[str]:
    if error is None:
        return []
    steps = ", ".join(undone(view))
    return ["", f"undone: {steps}" if steps else "there was nothing to undo"]
