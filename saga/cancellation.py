"""Cancellation, asked for rather than caught: what ends normally swallows a cancel, so the state decides."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

T = TypeVar("T")


def cancel_requested() -> bool:
    """Whether someone asked the server to cancel this workflow (once requested, that stays so)."""
    return workflow.cancellation_reason() is not None


def raise_if_cancelled() -> None:
    """Raise `CancelledError` if the workflow, or this leg of a `gather`, is to stop.

    Asked before and after each step and wait: an activity that ended normally has swallowed the cancel it was sent.
    """
    task = asyncio.current_task()
    if cancel_requested() or (task is not None and task.cancelling() > 0):
        raise asyncio.CancelledError


def is_eviction(error: BaseException) -> bool:
    """Whether `error` only takes this instance out of the worker's cache: the workflow itself goes on elsewhere."""
    return isinstance(error, asyncio.CancelledError) and not cancel_requested()


def is_bug(error: BaseException) -> bool:
    """Whether `error` is neither a failure of the flow nor a cancel: it must reach the SDK untouched and at once."""
    return not (workflow.is_failure_exception(error) or is_cancelled_exception(error))


def ungrouped(error: BaseException) -> BaseException:
    """Out of a group, which a `TaskGroup` raises: a bug if there is one, else the first failure that is no cancel."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    errors = [ungrouped(one) for one in group.exceptions]
    bugs = [one for one in errors if is_bug(one)]
    failures = [one for one in errors if not is_cancelled_exception(one)]
    return (bugs or failures or errors)[0]


async def shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, whatever cancel arrives meanwhile.

    An eviction ends it too: the SDK then cancels the inner task itself.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await workflow.wait([task])
        except asyncio.CancelledError:
            continue
    return task.result()


async def settled(*tasks: asyncio.Task[Any]) -> None:
    """Wait until every task has ended, whatever cancel arrives meanwhile."""
    while pending := [task for task in tasks if not task.done()]:
        try:
            await workflow.wait(pending)
        except asyncio.CancelledError:
            continue
