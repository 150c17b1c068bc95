"""One attempt of an activity: it beats while its request runs, and knows the outcome over all attempts so far."""

import asyncio
import random
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from temporalio import activity

from activities.backoff import full_jitter
from saga.headers import Outcome

BEAT = timedelta(seconds=1)
SHARE_OF_TIME = 0.9
"""Of start-to-close, what the request may take, so that the attempt can still say what came of it."""

Result = TypeVar("Result")


class AttemptRecord(BaseModel):
    """Heartbeat detail: what the next attempt has to know of those before it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    refused_attempts: int = 0


class Attempt:
    """The running attempt. Before it, an attempt that did not record its refusal is one of unknown outcome.

    The record is flushed before the failure is reported. Where it is lost all the same, in a crash or on the
    network, the outcome is taken for unknown, never for refused.
    """

    def __init__(self) -> None:
        self._info = activity.info()
        self._record = _read_record(self._info)

    def outcome(self, outcome: Outcome) -> Outcome:
        """Over all attempts, given that of this one."""
        return Outcome.UNKNOWN if outcome is Outcome.REFUSED and not self._refused_before() else outcome

    def record_refusal(self) -> None:
        """Tells the next attempt; only if every one so far was refused."""
        self._beat(AttemptRecord(refused_attempts=self._info.attempt))

    def backoff(self) -> timedelta:
        """How long to wait before the next attempt, if the downstream does not say."""
        return full_jitter(self._info.retry_policy, self._info.attempt, share=random.random())  # noqa: S311 - spreads load

    async def run(self, request: Coroutine[object, object, Result]) -> Result:
        """The result of `request`, which a cancel of the flow does not end: the flow waits for it.

        Raises:
            TimeoutError: start-to-close is all but over.
            asyncio.CancelledError: the request was given up, because this worker shuts down or the attempt
                is no longer wanted (paused, reset, timed out, its workflow gone).
        """
        task = asyncio.create_task(self._in_time(request))
        async with self._beating(), _ended(task):
            while not task.done():
                try:
                    await asyncio.wait({task})
                except asyncio.CancelledError:
                    if not (task.done() or _flow_is_cancelled()):
                        raise
        return task.result()

    async def _in_time(self, request: Coroutine[object, object, Result]) -> Result:
        limit = self._info.start_to_close_timeout
        seconds = limit.total_seconds() * SHARE_OF_TIME if limit else None
        try:
            async with asyncio.timeout(seconds):
                return await request
        except TimeoutError:
            raise TimeoutError(f"not complete after {seconds} s") from None

    @asynccontextmanager
    async def _beating(self) -> AsyncGenerator[None]:
        limit = self._info.heartbeat_timeout
        if not limit:
            yield
            return
        async with _ended(asyncio.create_task(self._beat_every(min(BEAT, limit / 2)))):
            yield

    async def _beat_every(self, interval: timedelta) -> None:
        while True:
            await asyncio.sleep(interval.total_seconds())
            self._beat(self._record)

    def _beat(self, record: AttemptRecord) -> None:
        activity.heartbeat(record.model_dump())

    def _refused_before(self) -> bool:
        return self._record.refused_attempts >= self._info.attempt - 1


@asynccontextmanager
async def _ended(task: asyncio.Task[Result]) -> AsyncGenerator[None]:
    """When the block is left, the task has ended."""
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _flow_is_cancelled() -> bool:
    details = activity.cancellation_details()
    return details is not None and details.cancel_requested


def _read_record(info: activity.Info) -> AttemptRecord:
    try:
        return AttemptRecord.model_validate(info.heartbeat_details[0])
    except (IndexError, ValidationError):
        return AttemptRecord()
