"""What crosses between a saga and its activities: each step's header, and the failures by which a call reports its outcome.

This is the one module of the engine that activities import. It holds no state of its own: the context variables
are per task, and the module passes through the workflow sandbox.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

STEP_HEADER = "saga-step"
CORRELATION_HEADER = "saga-correlation-id"

RETRY_LATER = "RetryLater"
"""Failure type of a call that was told to come back later than an attempt may wait."""


CREDENTIALS_REFUSED = "CredentialsRefused"
"""Failure type of a call whose credentials the service does not accept: someone has to mend them."""

KEY_EXPIRED = "KeyExpired"
"""Failure type of a call that was not sent: the service may have forgotten its key, and would do it again."""


ACCEPTED = "Accepted"
"""Failure type of a call that the service has taken on, and will carry out later."""


class Outcome(StrEnum):
    """What is known of a step's effect after its last attempt."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """Certainly no effect, in any attempt."""
    UNKNOWN = "unknown"
    """May have taken effect, so it is treated as done."""


class StepHeader(BaseModel):
    """Who is calling: travels in the Temporal header of each activity that a saga schedules.

    It names the compensation with its key, so that a terminated run can be cleaned up from its history alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    step: str
    occurrence: int
    key: str
    """Idempotency key, a UUID: the same on each attempt, reset and continue-as-new."""
    correlation_id: str
    compensates: str | None = None
    """Set on a compensation: the key of the step that it undoes."""
    compensation: str | None = None
    """Activity name of the step's compensation."""
    compensation_key: str | None = None
    key_since: datetime | None = None
    """Since when the key may have had an effect: its first use, or the first one after it was certainly refused."""

    def renewed(self, now: datetime) -> StepHeader:
        """The same key, of which it is certain that it has had no effect so far."""
        return self.model_copy(update={"key_since": now})


class StepFailure(BaseModel):
    """First detail of the failure of a call: the outcome over *all* attempts, not only the last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: Outcome
    retry_after: float | None = None
    """Seconds to wait before the same step is run again; only with type `RetryLater`."""


outgoing_step: ContextVar[StepHeader | None] = ContextVar("saga_outgoing_step", default=None)
_running_step: ContextVar[StepHeader | None] = ContextVar("saga_running_step", default=None)
correlation_id: ContextVar[str | None] = ContextVar("saga_correlation_id", default=None)
"""Set it around `client.start_workflow` to give a flow an id of the caller's; without it the workflow id serves."""


def current_step() -> StepHeader:
    """The header of the step that the running activity serves.

    Raises:
        LookupError: the activity was not scheduled by a saga, or the worker lacks the `SagaPlugin`.
    """
    header = _running_step.get()
    if header is None:
        msg = "No saga step: schedule this activity with saga.execute_activity, on a client that has the SagaPlugin."
        raise LookupError(msg)
    return header


def enter_step(header: StepHeader) -> None:
    """Make `header` the current step of this activity's task."""
    _running_step.set(header)


def refused(message: str, *, type: str, retry_delay: timedelta | None = None) -> ApplicationError:  # noqa: A002 - Temporal's word
    """A failure which says that the call certainly had no effect, in this and every earlier attempt.

    Without `retry_delay` it is a business refusal and is not retried.
    """
    return _failure(message, type, StepFailure(outcome=Outcome.REFUSED), retry_delay)


def unknown(message: str, *, type: str, retry_delay: timedelta | None = None) -> ApplicationError:  # noqa: A002 - Temporal's word
    """A failure after which the effect may have happened; without `retry_delay` it is not retried."""
    return _failure(message, type, StepFailure(outcome=Outcome.UNKNOWN), retry_delay)


def accepted(message: str) -> ApplicationError:
    """A failure which says that the service will carry the call out later: the saga polls, if the step says how."""
    return unknown(message, type=ACCEPTED)


def retry_later(message: str, *, after: timedelta, outcome: Outcome) -> ApplicationError:
    """A failure that asks the saga to wait durably, then to run the same step with the same key again."""
    details = StepFailure(outcome=outcome, retry_after=after.total_seconds())
    return _failure(message, RETRY_LATER, details, None)


def _failure(
    message: str, kind: str, details: StepFailure, retry_delay: timedelta | None
) -> ApplicationError:
    return ApplicationError(
        message,
        details.model_dump(mode="json", exclude_none=True),
        type=kind,
        non_retryable=retry_delay is None,
        next_retry_delay=retry_delay,
        category=ApplicationErrorCategory.BENIGN,  # an outcome, not a crash: no traceback in the worker's log
    )


def step_failure(error: BaseException | None) -> StepFailure | None:
    """The outcome that an activity's failure carries, or None when it says nothing (a time-out, a foreign error)."""
    if not isinstance(error, ApplicationError) or not error.details:
        return None
    try:
        return StepFailure.model_validate(error.details[0])
    except ValidationError:
        return None


def to_payload(model: BaseModel) -> Payload:
    """Encode a header value as plain JSON, whatever converter the user has."""
    return Payload(
        metadata={"encoding": b"json/plain"}, data=model.model_dump_json(exclude_none=True).encode()
    )


def text_payload(text: str) -> Payload:
    """Encode a header text."""
    return Payload(metadata={"encoding": b"binary/plain"}, data=text.encode())
