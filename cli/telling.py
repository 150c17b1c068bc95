"""What `start` says of a flow: that it runs, what it has answered or led to, and what was undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue
from temporalio.exceptions import ApplicationError, FailureError

from cli.context import Context
from cli.flow_screen import PROGRAM, verbatim
from cli.wording import command, plain
from runtime.starting import Started
from runtime.status import FlowView
from saga.status import StepState
from saga.step import root_cause

NOT_STARTED: dict[str, JsonValue] = dict.fromkeys(
    ("id", "run_id", "flow", "status", "result", "answer", "error", "url")
)
"""The keys of every answer of `start --json`."""


@dataclass(frozen=True)
class Telling:
    """Tells of one flow that was started, or joined."""

    context: Context
    flow: str
    started: Started

    def to_machines(self, **known: JsonValue) -> None:
        name, run_id = self.started.handle.id, self.started.run_id
        said: dict[str, JsonValue] = {"id": name, "run_id": run_id, "flow": self.flow, "url": self._url}
        self.context.output.answer({**NOT_STARTED, **said, **known})

    def to_people(self, *between: str) -> None:
        """With what can be typed next, and a link; `between` are lines to be told first."""
        name = self.started.handle.id
        verdict = "is already running with the same input, joined" if self.started.joined else "started"
        self.context.output.show_verbatim(
            f"{plain(name)} {verdict}",
            *between,
            verbatim(f"  {PROGRAM} {command('status', name, '--watch')}", style="dim"),
            verbatim(f"  {self._url}", style="dim"),
        )

    @property
    def _url(self) -> str:
        return self.context.web_ui.execution(self.started.handle.id, self.started.run_id)


def error_of(failure: BaseException | None) -> dict[str, JsonValue]:
    """The type and the message of the failure under all of Temporal's wrappers."""
    cause = root_cause(failure) if failure else RuntimeError("it failed")
    kind = cause.type if isinstance(cause, ApplicationError) else None
    message = cause.message if isinstance(cause, FailureError) else str(cause)
    return {"type": kind or type(cause).__name__.removesuffix("Error"), "message": message}


def undone(view: FlowView) -> list[str]:
    """The steps whose effects were taken back, newest first, as they were."""
    return [step.name for step in reversed(view.steps) if step.status is StepState.COMPENSATED]


def undone_line(view: FlowView) -> Sequence[str]:
    steps = ", ".join(undone(view))
    return ["", f"undone: {steps}" if steps else "there was nothing to undo"]


def value_lines(value: JsonValue) -> Sequence[str]:
    """A result or an answer, a line for each field that has a value."""
    if not isinstance(value, dict):
        return [] if value is None else ["", plain(str(value))]
    width = max(map(len, value), default=0)
    return [
        "",
        *(
            f"{plain(name):{width}}  {plain(str(field))}"
            for name, field in value.items()
            if field is not None
        ),
    ]
