"""Runs one call as one attempt of an activity, and looks at the failure as Temporal would get it."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.endpoint import Endpoint
from activities.http import Downstream, Instrument
from saga.headers import StepHeader, enter_step, step_failure

STEP = StepHeader(
    step="authorize_payment",
    occurrence=1,
    key="0d5d3c4e-7a2f-5f0e-9a58-000000000001",
    correlation_id="order-A-1",
)
POLICY = RetryPolicy(
    initial_interval=timedelta(seconds=4), maximum_interval=timedelta(seconds=8), maximum_attempts=5
)
SHORT = timedelta(milliseconds=300)


class Asked(BaseModel):
    order_id: str = "A-1"


class Thing(BaseModel):
    """What the downstream promises."""

    id: str
    status: str


THING = b'{"id": "thing_1", "status": "made", "more": true}'


class Verdict(NamedTuple):
    """What a failure says."""

    outcome: str
    type: str | None
    retry: bool


def endpoint(url: str, **settings: object) -> Endpoint:
    """With time-outs that a test can wait for."""
    bounds = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout", "pool_timeout"), SHORT)
    return Endpoint.model_validate({"url": url, **bounds, **settings})


@dataclasses.dataclass(frozen=True)
class Attempt:
    """The attempt that a call is made in."""

    number: int = 1
    heartbeat_details: tuple[object, ...] = ()
    heartbeat_timeout: timedelta | None = None
    start_to_close_timeout: timedelta = timedelta(seconds=20)
    was_reset: bool = False
    scheduled_ago: timedelta = timedelta(0)

    def environment(self) -> ActivityEnvironment:
        environment = ActivityEnvironment()
        info = environment.info
        scheduled = datetime.now(UTC) - self.scheduled_ago
        since = scheduled + timedelta(seconds=self.was_reset)
        environment.info = dataclasses.replace(
            info,
            attempt=self.number,
            started_time=datetime.now(UTC),
            scheduled_time=scheduled,
            current_attempt_scheduled_time=since,
            heartbeat_details=list(self.heartbeat_details),
            heartbeat_timeout=self.heartbeat_timeout,
            start_to_close_timeout=self.start_to_close_timeout,
            retry_policy=POLICY,
        )
        return environment


ASKED = Asked()
FIRST = Attempt()


async def call(
    called: Endpoint,
    *,
    asked: BaseModel = ASKED,
    in_query: Mapping[str, str] | None = None,
    step: StepHeader = STEP,
    attempt: Attempt = FIRST,
    environment: ActivityEnvironment | None = None,
    instrument: Instrument | None = None,
    downstream: Downstream | None = None,
) -> Thing:
    """One call to `POST /things`, in one attempt, over a pool of its own unless one is given."""

    async def run() -> Thing:
        enter_step(step)
        if downstream:
            return await downstream.call("/things", asked, returns=Thing, in_query=in_query)
        async with Downstream("payments", called, instrument=instrument) as own:
            return await own.call("/things", asked, returns=Thing, in_query=in_query)

    return await (environment or attempt.environment()).run(run)


async def failure_of(
    called: Endpoint,
    *,
    step: StepHeader = STEP,
    attempt: Attempt = FIRST,
    environment: ActivityEnvironment | None = None,
) -> ApplicationError:
    try:
        answer = await call(called, step=step, attempt=attempt, environment=environment)
    except ApplicationError as error:
        return error
    raise AssertionError(f"it did not fail: {answer}")


def verdict(error: ApplicationError) -> Verdict:
    known = step_failure(error)
    assert known is not None
    return Verdict(known.outcome.value, error.type, not error.non_retryable)
