"""One attempt of an activity: it beats while its request runs, and knows the outcome over all attempts so far."""

import asyncio
import random
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from temporalio import activity

from activities.backoff import full_jitter
from saga.headers import Outcome

BEAT = timedelta(seconds=1)
SHARE_OF_TIME = 0.9
"""Of start-to-close, what the request may take, so that the attempt can still say what came of it."""

LONGEST_SCHEDULING = timedelta(seconds=10)
"""From what a flow takes for the time of a step to that of its activity: at most a workflow task."""

Result = TypeVar("Result")


class AttemptRecord(BaseModel):
    """Heartbeat detail: how many attempts there have been, if every one was refused, else 0."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    refused_attempts: int = 0


class Attempt:
    """The running attempt. Before it, an attempt that has left no record is one of unknown outcome.

    The record travels with the report of the failure, or is flushed before it, so it arrives with every failure
    that is reported; if it is lost all the same, the outcome is taken for unknown, never for refused.
    """

    def __init__(self) -> None:
        self._info = activity.info()
        self._before = _record(self._info)
        self._progress: tuple[Mapping[str, object], ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether the retry policy allows no other."""
        policy = self._info.retry_policy
        return policy is not None and 0 < policy.maximum_attempts <= self._info.attempt

    def outcome(self, outcome: Outcome) -> Outcome:
        """Over all attempts, given that of this one."""
        known = outcome is not Outcome.REFUSED or self._all_refused_before
        return outcome if known else Outcome.UNKNOWN

    def key_age(self, since: datetime | None) -> timedelta:
        """Since the first use of the step's key; zero if no attempt under it can have had an effect.

        Where `since` is before this execution of the step there was another, of which nothing is known here. All
        three times are the server's, whatever this machine's clock says.
        """
        scheduled = self._info.scheduled_time
        first = min(since or scheduled, scheduled)
        if scheduled - first <= LONGEST_SCHEDULING and self._all_refused_before:
            return timedelta(0)
        return self._info.started_time - first

    @property
    def _all_refused_before(self) -> bool:
        return not _was_reset(self._info) and self._before.refused_attempts == self._info.attempt - 1

    def record(self, outcome: Outcome) -> None:
        """Tells the next attempt the outcome over all attempts so far."""
        refused = self._info.attempt if outcome is Outcome.REFUSED else 0
        self._beat(AttemptRecord(refused_attempts=refused))

    def tell(self, progress: Mapping[str, object]) -> None:
        """How far it is, for whoever looks at the flow: the second detail of this and each later heartbeat."""
        self._progress = (progress,)
        self._beat(self._before)

    def backoff(self) -> timedelta:
        """How long to wait before the next attempt, where the downstream does not say."""
        share = random.random()  # noqa: S311 - it spreads load, and guards nothing
        return full_jitter(self._info.retry_policy, self._info.attempt, share=share)

    async def run(
        self, request: Coroutine[object, object, Result], *, within: timedelta | None = None
    ) -> Result:
        """The result of `request`. A cancel of the flow does not end it: the flow waits for what comes of it.

        Raises:
            TimeoutError: the time of the attempt is all but over, or `within` is.
            asyncio.CancelledError: the request was given up, because this worker shuts down or the attempt
                is no longer wanted: paused, reset, timed out, its workflow gone.
        """
        task = asyncio.create_task(self._in_time(request, within))
        try:
            while not task.done():
                await self._beat_or_end(task)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        return task.result()

    async def _beat_or_end(self, task: asyncio.Task[Result]) -> None:
        """Wait until the task has ended or a heartbeat is due: a call that is answered at once costs none."""
        limit = self._info.heartbeat_timeout
        interval = min(BEAT, limit / 2).total_seconds() if limit else None
        try:
            ended, _ = await asyncio.wait({task}, timeout=interval)
        except asyncio.CancelledError:
            if not (task.done() or _flow_is_cancelled()):
                raise
            return
        if not ended:
            self._beat(self._before)

    async def _in_time(self, request: Coroutine[object, object, Result], within: timedelta | None) -> Result:
        limit = self._info.start_to_close_timeout
        bounds = [limit * SHARE_OF_TIME] if limit else []
        bounds += [within] if within is not None else []
        seconds = min(bounds).total_seconds() if bounds else None
        try:
            async with asyncio.timeout(seconds):
                return await request
        except TimeoutError:
            raise TimeoutError(f"not complete after {seconds} s") from None

    def _beat(self, record: AttemptRecord) -> None:
        if not self._info.is_local:  # nobody would hear it
            activity.heartbeat(record.model_dump(), *self._progress)


def _flow_is_cancelled() -> bool:
    details = activity.cancellation_details()
    return details is not None and details.cancel_requested


def _record(info: activity.Info) -> AttemptRecord:
    try:
        found = AttemptRecord.model_validate(info.heartbeat_details[0])
    except (IndexError, ValidationError):
        return AttemptRecord()
    return AttemptRecord() if _was_reset(info) else found


def _was_reset(info: activity.Info) -> bool:
    """Somebody has reset the activity: its attempts are counted anew, and those before are forgotten."""
    return info.attempt == 1 and info.current_attempt_scheduled_time > info.scheduled_time
