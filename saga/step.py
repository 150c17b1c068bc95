"""One step, or one undo, of a saga: how it is named, keyed, scheduled, and what its failure says of its outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.exceptions import TimeoutError as TemporalTimeoutError
from temporalio.workflow import ActivityConfig

from saga.headers import RETRY_LATER, Outcome, StepHeader, outgoing_step, step_failure
from saga.journal import Journal, StepRecord
from saga.status import StepState

Activity = Callable[..., Any] | str


def activity_name(activity: Activity) -> str:
    """The name under which Temporal knows the activity.

    Raises:
        TypeError: the callable lacks `@activity.defn`.
    """
    if isinstance(activity, str):
        return activity
    definition = getattr(activity, "__temporal_activity_definition", None)
    if definition is None or definition.name is None:
        msg = f"{getattr(activity, '__qualname__', activity)!r} is not an activity: decorate it with @activity.defn."
        raise TypeError(msg)
    return str(definition.name)


@dataclasses.dataclass(frozen=True)
class Call:
    """One activity to schedule under one idempotency key."""

    activity: Activity
    args: tuple[Any, ...]
    header: StepHeader
    config: ActivityConfig
    summary: str
    rounds: Iterator[int]
    """Counts the executions of the step or undo, since Temporal's activity ids must differ."""
    record: StepRecord | None = None
    """Told the id of the newest activity."""
    result_type: type | None = None
    label: str | None = None
    """What its activity ids begin with, if not the step's name."""

    def start(self) -> workflow.ActivityHandle[Any]:
        """Schedule the activity, with the step's header."""
        options: dict[str, Any] = {"summary": self.summary, **self.config}
        options["activity_id"] = options.get("activity_id") or self._activity_id(next(self.rounds))
        if self.record:
            self.record.activity_id = options["activity_id"]
        if self.result_type:
            options["result_type"] = self.result_type
        token = outgoing_step.set(self.header)
        try:
            handle: workflow.ActivityHandle[Any] = workflow.start_activity(
                self.activity, args=self.args, **options
            )
        finally:
            outgoing_step.reset(token)
        return handle

    def show(self, state: StepState) -> None:
        """Tell the step's record, if the call has one: an undo's own state stays."""
        if self.record:
            self.record.state = state

    def _activity_id(self, round_: int) -> str:
        name = self.label or self.header.step
        suffixes = [n for n in (self.header.occurrence, round_) if (self.header.occurrence, round_) != (1, 1)]
        return ".".join([name, *map(str, suffixes)])


class CallFailed(Exception):
    """A call's last failure, with the outcome over all its executions."""

    def __init__(self, failure: FailureError, outcome: Outcome) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.outcome = outcome


async def perform(call: Call, journal: Journal, *, patience: timedelta) -> Any:  # noqa: ANN401 - the activity's result
    """Run `call`; told to come back later, wait durably and run it again under the same key.

    Args:
        call: What to run.
        journal: Where a durable wait is shown.
        patience: All such waits together.

    Raises:
        CallFailed: refused, exhausted or cancelled.
    """
    outcome, waited = Outcome.REFUSED, timedelta()
    while True:
        handle = call.start()
        try:
            return await handle
        except FailureError as error:
            outcome = _worst(outcome, outcome_of(error))
            delay = _retry_later(error)
            if delay is None or waited + delay > patience:
                raise CallFailed(error, outcome) from error
        waited += delay
        if outcome is Outcome.REFUSED:
            call = dataclasses.replace(call, header=call.header.renewed(workflow.now() + delay))
        call.show(StepState.PENDING)
        with journal.waiting_for(f"retry:{call.header.step}", searchable=False):
            await workflow.sleep(delay, summary=f"{call.summary}: told to come back later")
            call.show(StepState.RUNNING)


def outcome_of(error: BaseException) -> Outcome:
    """What a failed activity's error says of its effect: only a call that says `refused` was."""
    known = step_failure(root_cause(error))
    return known.outcome if known else Outcome.UNKNOWN


def _worst(first: Outcome, second: Outcome) -> Outcome:
    return second if first is Outcome.REFUSED else first


def _retry_later(error: FailureError) -> timedelta | None:
    cause = root_cause(error)
    known = step_failure(cause)
    if not isinstance(cause, ApplicationError) or cause.type != RETRY_LATER or known is None:
        return None
    return None if known.retry_after is None else timedelta(seconds=known.retry_after)


def root_cause(error: BaseException) -> BaseException:
    """The failure at the end of the chain of Temporal's wrappers."""
    while isinstance(error, FailureError) and error.cause is not None:
        error = error.cause
    return error


def describe(error: BaseException) -> str:
    """One line for people: the failure's type and message, without a stack."""
    cause = root_cause(error)
    if isinstance(cause, TemporalTimeoutError):
        kind = cause.type.name.lower().replace("_", "-") if cause.type else "time-out"
        return f"TimedOut: {kind} passed without an answer"
    kind = cause.type if isinstance(cause, ApplicationError) and cause.type else type(cause).__name__
    message = cause.message if isinstance(cause, FailureError) else str(cause)
    return f"{kind}: {message}" if message else kind


def failure_type(error: BaseException) -> str | None:
    """The failure's type, as the activity named it."""
    cause = root_cause(error)
    return cause.type if isinstance(cause, ApplicationError) else None


def is_final(error: BaseException) -> bool:
    """Whether trying again by itself is pointless: the failure says so, as a refusal does."""
    cause = root_cause(error)
    return isinstance(cause, ApplicationError) and cause.non_retryable and cause.type != RETRY_LATER


def short_name(activity: str) -> str:
    """`inventory.reserve_stock` is the step `reserve_stock`, unless the flow names it."""
    return activity.rpartition(".")[2]


def as_args(arg: Any, args: Sequence[Any], unset: object) -> tuple[Any, ...]:  # noqa: ANN401 - the activity's input
    """The SDK's `arg` or `args`, as a tuple."""
    return tuple(args) if arg is unset else (arg,)
