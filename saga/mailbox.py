"""Mailboxes: events from outside, by the message `event`, each once and in order, for as long as a flow lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.cancellation import raise_if_cancelled
from saga.journal import Journal
from saga.messages import Event, Received
from saga.sequencing import Inbox, MailboxState
from saga.status import MailboxStatus

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Reading(Generic[M]):
    """How a mailbox reads an event: what names it, whose it is, and its number there, from 1."""

    model: type[M]
    key: Callable[[M], str]
    stream: Callable[[M], str] | None = None
    sequence: Callable[[M], int] | None = None

    def into(self, inbox: Inbox, event: M) -> bool:
        stream = self.stream(event) if self.stream else ""
        sequence = self.sequence(event) if self.sequence else None
        body = event.model_dump(mode="json")
        return inbox.receive(self.key(event), stream, sequence, body, workflow.now())


class Mailbox(Generic[M]):
    """Made by `Saga.mailbox`."""

    def __init__(
        self, name: str, reading: Reading[M], inbox: Inbox, journal: Journal, *, begin: Callable[[], None]
    ) -> None:
        self.name = name
        self._reading = reading
        self._inbox = inbox
        self._journal = journal
        self._begin = begin

    async def next(self) -> M:
        """The next event; where one is missing before it, it is waited for, but at most for `hold_back`.

        Raises:
            asyncio.CancelledError: the flow is to stop. That is so beyond the point of no return, too.
        """
        while True:
            if (event := await self._next(None)) is not None:
                return event

    async def next_within(self, limit: timedelta) -> M | None:
        """The next event, or None when there was none for `limit`.

        Raises:
            asyncio.CancelledError: as with `next`.
        """
        return await self._next(limit)

    @property
    def ready(self) -> int:
        """How many `next` would give without waiting."""
        self._inbox.release(workflow.now())
        return len(self._inbox.ready)

    @property
    def pending(self) -> int:
        """How many are here and not yet read, those included that wait for one before them."""
        return len(self._inbox.ready) + self._inbox.held

    @property
    def duplicates(self) -> int:
        return self._inbox.duplicates

    @property
    def passed_over(self) -> int:
        return self._inbox.passed_over

    @property
    def late(self) -> int:
        """How many came after they had been passed over; they were let through out of order."""
        return self._inbox.late

    def read(self, event: Event) -> M:
        """Raises ApplicationError, `InvalidEvent`, which names the fields that are wrong and never their values."""
        try:
            return self._reading.model.model_validate(event.body)
        except ValidationError as error:
            problems = error.errors(include_input=False, include_url=False)
            fields = ", ".join(".".join(map(str, problem["loc"])) or "body" for problem in problems)
            raise refusal("InvalidEvent", f"Not an event of {self.name}: invalid {fields}.") from None

    def receive(self, event: Event) -> Received:
        fresh = self._reading.into(self._inbox, self.read(event))
        return Received(accepted=fresh, duplicate=not fresh)

    def carry(self) -> MailboxState:
        """All that it remembers, for the run that the flow continues as."""
        return self._inbox.carry()

    def status(self) -> MailboxStatus:
        inbox = self._inbox
        return MailboxStatus(
            name=self.name,
            pending=self.pending,
            held=inbox.held,
            received=inbox.received,
            duplicates=inbox.duplicates,
            passed_over=inbox.passed_over,
            late=inbox.late,
            missing=inbox.missing(),
        )

    async def _next(self, limit: timedelta | None) -> M | None:
        self._begin()
        until = None if limit is None else workflow.now() + limit
        with self._journal.waiting_for(f"event:{self.name}", searchable=False):
            while True:
                raise_if_cancelled()
                self._inbox.release(workflow.now())
                if self._inbox.ready:
                    return self._reading.model.model_validate(self._inbox.ready.popleft())
                ends = [moment for moment in (until, self._inbox.due) if moment is not None]
                if until is not None and until <= workflow.now():
                    return None
                await self._something(min(ends) - workflow.now() if ends else None)

    async def _something(self, limit: timedelta | None) -> None:
        """Wait until an event is ready, or something is held back that was not before, or `limit` is over."""
        due = self._inbox.due
        try:
            await workflow.wait_condition(
                lambda: bool(self._inbox.ready) or self._inbox.due != due,
                timeout=limit,
                timeout_summary=f"{self.name}: {'something is missing' if due else 'nothing came'}",
            )
        except TimeoutError:
            return


def refusal(kind: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=kind, non_retryable=True)
