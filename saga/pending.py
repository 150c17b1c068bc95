"""Requests that a service has only accepted: asked after until they are settled, for a bounded time.

The service may call back. A callback is a hint and never believed: it has the service asked at once.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, is_cancelled_exception

from saga import policies
from saga.alarm import happens
from saga.headers import Outcome
from saga.journal import Journal
from saga.step import Call, CallFailed, is_final, perform

NEVER_SETTLED = "NeverSettled"


class Callbacks:
    """How often somebody has called back for each step. One may come before the answer that it is about."""

    def __init__(self) -> None:
        self._heard: Counter[str] = Counter()

    def hear(self, step: str) -> None:
        self._heard[step] += 1

    def count(self, step: str) -> int:
        return self._heard[step]

    def newer(self, step: str, known: int) -> bool:
        return self._heard[step] > known


@dataclasses.dataclass(frozen=True)
class Accepted:
    """What a step has been answered that was only accepted."""

    step: str
    every: timedelta
    """From one question to the next."""
    within: timedelta


async def settlement(
    accepted: Accepted, poll: Callable[[], Call], callbacks: Callbacks, journal: Journal
) -> Any:  # noqa: ANN401 - the step's result
    """The result, once `poll` answers with one: asked so often, and when somebody calls back.

    Raises:
        CallFailed: `NeverSettled` when the time has passed, or the poll's own failure if that is final: what was
            accepted has failed, or cannot be asked for. Either way its effect is unknown.
    """
    step, within = accepted.step, accepted.within
    until, heard = workflow.now() + within, 0
    with journal.waiting_for(f"settled:{step}", searchable=False):
        while (left := until - workflow.now()) > timedelta():
            summary = f"{step}: accepted, to be settled by {until:%Y-%m-%d %H:%M:%S} UTC"
            hint = functools.partial(callbacks.newer, step, heard)
            await happens(hint, within=min(accepted.every, left), summary=summary)
            heard = callbacks.count(step)
            if (result := await _polled(poll(), journal)) is not None:
                return result
    message = f"{step} was accepted, but not settled within {within}; it may have taken effect"
    raise CallFailed(ApplicationError(message, type=NEVER_SETTLED, non_retryable=True), Outcome.UNKNOWN)


async def _polled(poll: Call, journal: Journal) -> Any:  # noqa: ANN401 - the step's result
    try:
        return await perform(poll, journal, patience=policies.RETRY_LATER_LIMIT)
    except CallFailed as failed:
        if is_final(failed.failure) or is_cancelled_exception(failed.failure):
            raise CallFailed(failed.failure, Outcome.UNKNOWN) from failed
        return None
