"""What a saga waits for, other than its steps: a person, a time, something that happens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar, Unpack

from saga.alarm import Alarm, happens
from saga.approval import Approvals
from saga.asking import ApprovalOptions, Shown
from saga.journal import Journal
from saga.status import ApprovalStatus

T = TypeVar("T")


class Waits(ABC):
    """The part of `Saga` that waits. Each wait has a bound, and is shown in the status."""

    _journal: Journal
    _approvals: Approvals

    async def approval(
        self, name: str, *, summary: str, deadline: timedelta, **options: Unpack[ApprovalOptions]
    ) -> ApprovalStatus:
        """Wait until people have approved `name`, which is asked for with `summary`. See `ApprovalOptions`.

        One that an earlier run of this flow left open goes on: with its people, decisions, version and deadline.

        Raises:
            ApplicationError: `ApprovalRejected`, `ApprovalWithdrawn`, `ApprovalTimedOut` when too few have approved within
                `deadline`, or `ApprovalImpossible` when they never could.
        """
        return await self._wait(
            lambda: self._approvals.ask(name, summary=summary, deadline=deadline, options=options)
        )

    def revise(
        self,
        approval: str,
        *,
        summary: str | None = None,
        shown: Shown | None = None,
        quorum: int | None = None,
    ) -> None:
        """Change what an open approval asks for, from a message handler: decisions lapse, and people are asked again.

        What is not given stays as it is.

        Raises:
            ApplicationError: `UnknownApproval`, `AlreadyDecided` or `ApprovalClosed`.
        """
        self._approvals.revise(approval, summary=summary, shown=shown, quorum=quorum)

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
