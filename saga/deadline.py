"""Deadlines: a bound on a whole block, or on some of its steps, that undoes rather than abandons."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.cancellation import is_bug, settled

T = TypeVar("T")

DEADLINE_EXCEEDED = "DeadlineExceeded"


class Deadline:
    """Tells the flow to stop when its time is over; adds a timer only where there is a limit."""

    def __init__(self, limit: timedelta | None) -> None:
        self._limit = limit
        self._watch: asyncio.Task[None] | None = None
        self.at: datetime | None = None
        """The instant, once it counts; that of an earlier run stays."""
        self.passed = False

    def start(self) -> None:
        """Count from now, or from when an earlier run began to, for the task that runs the block."""
        if self._limit is not None:
            self.at = self.at or workflow.now() + self._limit
            left = max(self.at - workflow.now(), timedelta())
            self._watch = asyncio.ensure_future(self._wait(left, asyncio.current_task()))

    def stop(self) -> None:
        """The block is over."""
        if self._watch:
            self._watch.cancel()

    def failure(self) -> ApplicationError:
        """What the flow fails with."""
        return _exceeded(f"The flow was not done within {self._limit}.")

    async def _wait(self, left: timedelta, flow: asyncio.Task[Any] | None) -> None:
        await workflow.sleep(left, summary=f"deadline: the flow is undone after {self._limit}")
        self.passed = True
        if flow:
            flow.cancel()


async def within(limit: timedelta, work: Coroutine[Any, Any, T], *, name: str) -> T:
    """Bound `work` by `limit`. The wait is for the task's end and not around its calls, whose cancel it would swallow.

    Raises:
        ApplicationError: `DeadlineExceeded`, after what was running has ended.
    """
    task = asyncio.ensure_future(work)
    try:
        await workflow.wait_condition(task.done, timeout=limit, timeout_summary=f"deadline of {name}")
    except TimeoutError:
        if not task.done():
            await _stop(task)
            raise _exceeded(f"{name} was not done within {limit}.") from None
    except asyncio.CancelledError:
        await _stop(task)
        raise
    return task.result()


async def meanwhile(work: Coroutine[Any, Any, None], until: Coroutine[Any, Any, T]) -> T:
    """Do `work` until `until` ends; a call that is running then is still waited for. What fails of either ends both.

    A roll-over that `work` begins is one of the flow.
    """
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(until)
    try:
        await workflow.wait_condition(lambda: waiting.done() or _has_failed(working))
    except asyncio.CancelledError:
        await _stop(working)
        await _stop(waiting)
        raise
    await _stop(working)
    if not waiting.done():
        await _stop(waiting)
        working.result()
    return waiting.result()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


async def _stop(task: asyncio.Task[Any]) -> None:
    """Tell `task` to stop and wait for what it was doing; a bug in it is raised."""
    task.cancel()
    await settled(task)
    if not task.cancelled() and (error := task.exception()) and is_bug(error):
        raise error


def _exceeded(message: str) -> ApplicationError:
    return ApplicationError(message, type=DEADLINE_EXCEEDED, non_retryable=True)
