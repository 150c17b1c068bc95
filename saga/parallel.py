"""Parallel legs that settle before anything is undone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from saga.cancellation import is_bug

T = TypeVar("T")


async def all_settled(legs: Sequence[asyncio.Task[T]]) -> list[T]:
    """Wait until every leg has ended, and return their results in order.

    When one leg fails, or the caller is cancelled, the others are told to stop: a call that is running is still waited
    for, a wait ends, and no further step starts. A bug in a leg is raised at once, in the same workflow task, so
    that nothing happens on top of it.

    Raises:
        BaseException: the first failure that is not a cancel; else the cancel. Never an `ExceptionGroup`.
    """
    told_to_stop: asyncio.CancelledError | None = None
    failures: list[BaseException] = []
    pending = list(legs)
    while pending:
        try:
            done, pending = await workflow.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError as cancel:
            told_to_stop = told_to_stop or cancel
            _stop(pending)
            continue
        failures += _failures(done)
        if failures:
            _stop(pending)
    for failure in failures:
        if not is_cancelled_exception(failure):
            raise failure
    if told_to_stop or failures:
        raise told_to_stop or failures[0]
    return [leg.result() for leg in legs]


def _failures(done: Sequence[asyncio.Task[Any]]) -> list[BaseException]:
    errors = [error for leg in done if (error := _error(leg))]
    for error in errors:
        if is_bug(error):
            raise error
    return errors


def _error(leg: asyncio.Task[Any]) -> BaseException | None:
    return asyncio.CancelledError() if leg.cancelled() else leg.exception()


def _stop(legs: Sequence[asyncio.Task[Any]]) -> None:
    for leg in legs:
        if leg.cancelling() == 0:
            leg.cancel()
