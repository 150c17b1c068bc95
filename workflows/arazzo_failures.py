"""What a failed step or workflow of a document has left in its failure: the verdict, or how it ended."""

from __future__ import annotations

from datetime import timedelta

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga import DEADLINE_EXCEEDED
from saga.step import describe, root_cause

with workflow.unsafe.imports_passed_through():
    from arazzo.frames import Outcome
    from arazzo.interpreter import Verdict
    from arazzo.judging import unanswered
    from arazzo.step_input import StepInput, Values

LONGEST_RETRY = timedelta(days=1)
"""However long a service asks to wait."""


def verdict_in(error: BaseException, step: StepInput) -> Verdict:
    """The verdict that a failed call has left; of one that has left none, that nothing came back (D17)."""
    cause = root_cause(error)
    try:
        if isinstance(cause, ApplicationError) and len(cause.details) > 1:
            return _bounded(Verdict.model_validate(cause.details[1]))
    except ValidationError:
        pass
    return unanswered(step, describe(error), timed_out=_is_late(error))


def _is_late(error: BaseException) -> bool:
    """Whether what a step did took too long, and not something that it has called."""
    return isinstance(error, ApplicationError) and error.type == DEADLINE_EXCEEDED


def _bounded(verdict: Verdict) -> Verdict:
    """Not for ever, whatever a service asks for."""
    if verdict.retry_after is None or verdict.retry_after <= LONGEST_RETRY:
        return verdict
    return verdict.model_copy(update={"retry_after": LONGEST_RETRY})


def outcome_in(error: BaseException, inputs: Values) -> Outcome:
    """How a child has failed, with its outputs."""
    cause = root_cause(error)
    try:
        if isinstance(cause, ApplicationError) and cause.details:
            return Outcome.model_validate(cause.details[0])
    except ValidationError:
        pass
    return Outcome(success=False, inputs=inputs, why=describe(error), timed_out=_is_late(error))
