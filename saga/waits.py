"""What a saga waits for, other than its steps: a person, a time, something that happens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from saga.alarm import Alarm, happens
from saga.approval import Approvals
from saga.journal import Journal
from saga.status import DecisionStatus

T = TypeVar("T")


class Waits(ABC):
    """The part of `Saga` that waits. Each wait has a bound, and is shown in the status."""

    _journal: Journal
    _approvals: Approvals

    async def approval(self, name: str, *, summary: str, deadline: timedelta) -> DecisionStatus:
        """Wait until a person has approved `name`, which is asked for with `summary`.

        Raises:
            ApplicationError: `ApprovalRejected`, or `ApprovalTimedOut` when nobody decided within `deadline`.
        """
        return await self._wait(lambda: self._approvals.ask(name, summary=summary, deadline=deadline))

    def alarm(self, name: str, *, at: datetime) -> Alarm:
        """A point in time that a message handler may move while the flow waits for it; one that was moved stays so.

        Raises:
            ValueError: `at` has no time zone.
        """
        return Alarm(name, self._journal.alarms.setdefault(name, at), self._journal, self._wait)

    async def wait(self, name: str, condition: Callable[[], bool], *, within: timedelta) -> bool:
        """Whether `condition` came true within that time; what comes true in the task of the timer has."""

        async def happening() -> bool:
            with self._journal.waiting_for(name, searchable=False):
                summary = f"{name}: at most {within}"
                return condition() or await happens(condition, within=within, summary=summary)

        return await self._wait(happening)

    @abstractmethod
    async def _wait(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`, unless the flow is cancelled before or meanwhile; beyond the point of no return it hears of none."""
