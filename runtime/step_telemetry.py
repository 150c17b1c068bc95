"""What is measured of each attempt of a step and of each request to a downstream, in the worker's activities."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import temporalio.worker
from opentelemetry import trace
from opentelemetry.trace import StatusCode
from temporalio import activity
from temporalio.common import MetricMeter
from temporalio.exceptions import ApplicationError, CancelledError

from saga.headers import Outcome, StepHeader, current_step, step_failure

CANCELLED = "cancelled"


class StepMeter:
    """Counters and histograms whose labels take few values: flow, step, outcome; downstream and status."""

    def __init__(self, meter: MetricMeter) -> None:
        self._attempts = meter.create_counter("saga_step_attempts", "Attempts of steps and undos, by outcome")
        self._failures = meter.create_counter("saga_step_failures", "Attempts that were not confirmed")
        self._durations = meter.create_histogram_timedelta(
            "saga_step_duration", "From a step's scheduling to the end of this attempt"
        )
        self._requests = meter.create_histogram_timedelta(
            "saga_downstream_request_duration", "From a request to the head of its answer"
        )

    def attempt(self, step: str, outcome: str) -> None:
        """The running attempt has ended."""
        info = activity.info()
        labels = {"flow": info.workflow_type or "", "step": step, "outcome": outcome}
        self._attempts.add(1, labels)
        if outcome != Outcome.CONFIRMED:
            self._failures.add(1, labels)
        self._durations.record(_since(info), labels)

    def request(self, downstream: str, status: str, took: timedelta) -> None:
        self._requests.record(took, {"downstream": downstream, "status": status})


def _since(info: activity.Info) -> timedelta:
    """Time since the step was scheduled, by this machine's clock against the server's: never negative."""
    return max(timedelta(seconds=time.time() - info.scheduled_time.timestamp()), timedelta(0))


class StepTelemetry(temporalio.worker.Interceptor):
    """Give it to the worker, not to the client: the client's interceptors have to be around it."""

    def __init__(self, meter: StepMeter | None) -> None:
        self.meter = meter

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _StepInbound(next, self.meter)


class _StepInbound(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, next: temporalio.worker.ActivityInboundInterceptor, meter: StepMeter | None) -> None:  # noqa: A002
        super().__init__(next)
        self._meter = meter

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        header = running_step()
        _describe(header)
        outcome = Outcome.CONFIRMED.value
        try:
            return await super().execute_activity(input)
        except BaseException as error:
            outcome = outcome_of(error)
            _mark(error)
            raise
        finally:
            trace.get_current_span().set_attribute("saga.outcome", outcome)
            if self._meter:
                self._meter.attempt(step_name(header), outcome)


def running_step() -> StepHeader | None:
    """The step that the running activity serves, if a saga scheduled it."""
    try:
        return current_step()
    except LookupError:
        return None


def step_name(header: StepHeader | None) -> str:
    """`reserve_stock`, and for its undo that activity's own name: `release_stock`."""
    if header and not header.compensates:
        return header.step
    return activity.info().activity_type.rpartition(".")[2]


def downstream_name() -> str:
    """`inventory` for `inventory.reserve_stock`."""
    return activity.info().activity_type.partition(".")[0]


def outcome_of(error: BaseException) -> str:
    """What an attempt's failure says of its effect."""
    if isinstance(error, asyncio.CancelledError | CancelledError):
        return CANCELLED
    known = step_failure(error)
    return known.outcome if known else Outcome.UNKNOWN


def _describe(header: StepHeader | None) -> None:
    """Ids and names on the attempt's span; where there are no traces this does nothing."""
    span = trace.get_current_span()
    if not span.is_recording():
        return
    info = activity.info()
    span.set_attributes(
        {"saga.flow": info.workflow_type or "", "saga.step": step_name(header), "saga.attempt": info.attempt}
    )
    if header:
        span.set_attributes(
            {
                "saga.correlation_id": header.correlation_id,
                "saga.occurrence": header.occurrence,
                "saga.compensation": header.compensates is not None,
            }
        )


def _mark(error: BaseException) -> None:
    """An expected failure is benign to the SDK, which then does not mark its span."""
    kind = error.type if isinstance(error, ApplicationError) and error.type else type(error).__name__
    span = trace.get_current_span()
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR, kind)
