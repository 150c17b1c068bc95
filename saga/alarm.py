"""Waits for a time, which may move, and for something to happen, at most so long: both shown in the status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from temporalio import workflow

from saga.journal import Journal


class Alarm:
    """A point in time that may move while it is waited for. Made by `Saga.alarm`."""

    def __init__(
        self,
        name: str,
        at: datetime,
        journal: Journal,
        wait: Callable[[Callable[[], Awaitable[None]]], Awaitable[None]],
    ) -> None:
        _check(at)
        self._name = name
        self._at = at
        self._journal = journal
        self._until = wait

    @property
    def at(self) -> datetime:
        """When it is time."""
        return self._at

    @property
    def passed(self) -> bool:
        """Whether it is time."""
        return self._at <= workflow.now()

    def move(self, *, at: datetime) -> None:
        """Bring it forward (what is past rings at once) or put it off; whoever waits goes on waiting for the new time.

        Raises:
            ValueError: `at` has no time zone.
        """
        _check(at)
        self._at = at
        self._journal.alarms[self._name] = at

    async def wait(self) -> None:
        """Return when it is time. One timer for each time that it has been set to."""
        await self._until(self._wait)

    async def _wait(self) -> None:
        with self._journal.waiting_for(f"alarm:{self._name}", searchable=False):
            while not self.passed:
                await self._until_moved(self._at)

    async def _until_moved(self, at: datetime) -> None:
        summary = f"{self._name}: {at:%Y-%m-%d %H:%M} UTC"
        await happens(lambda: self._at != at, within=at - workflow.now(), summary=summary)


async def happens(condition: Callable[[], bool], *, within: timedelta, summary: str) -> bool:
    """Whether `condition` came true within that time; what comes true together with the timer has."""
    try:
        await workflow.wait_condition(condition, timeout=within, timeout_summary=summary)
    except TimeoutError:
        return condition()
    return True


def _check(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("an alarm is an instant: give its time a zone")
