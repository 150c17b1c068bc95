"""What of a `Saga` receives events, and all mailboxes of one flow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from saga.journal import Journal
from saga.mailbox import Mailbox, Reading, refusal
from saga.messages import Event, Received
from saga.sequencing import Inbox, MailboxState

if TYPE_CHECKING:
    from saga.handlers import Handlers

M = TypeVar("M", bound=BaseModel)

HOLD_BACK = timedelta(seconds=30)
REMEMBER = 1_000


class Mailboxes:
    """All mailboxes of one flow."""

    def __init__(self, journal: Journal, carried: Mapping[str, MailboxState] | None = None) -> None:
        self._journal = journal
        self._carried = carried or {}
        self._mailboxes: dict[str, Mailbox[Any]] = {}

    def inbox(self, name: str, *, hold_back: timedelta, remember: int) -> Inbox:
        """As the run before has left it. Raises ValueError: the flow has one of this name, or a bound is none."""
        if name in self._mailboxes:
            raise ValueError(f"a mailbox {name!r} is there already: give each a name of its own")
        if hold_back < timedelta() or remember < 1:
            raise ValueError("a mailbox holds back for no negative time, and remembers at least one event")
        return Inbox(hold_back=hold_back, remember=remember, state=self._carried.get(name))

    def open(self, mailbox: Mailbox[M]) -> Mailbox[M]:
        """Let it receive."""
        self._mailboxes[mailbox.name] = mailbox
        self._journal.mailboxes.append(mailbox.status)
        return mailbox

    def check(self, event: Event) -> None:
        """Raises ApplicationError: `UnknownMailbox` or `InvalidEvent`."""
        self._of(event).read(event)

    def receive(self, event: Event) -> Received:
        """Raises as `check` does."""
        return self._of(event).receive(event)

    def carry(self) -> dict[str, MailboxState]:
        return {name: mailbox.carry() for name, mailbox in self._mailboxes.items()}

    def _of(self, event: Event) -> Mailbox[Any]:
        if event.mailbox not in self._mailboxes:
            there = ", ".join(self._mailboxes) or "none"
            raise refusal("UnknownMailbox", f"No mailbox {event.mailbox!r}. There are: {there}.")
        return self._mailboxes[event.mailbox]


class Receiving(ABC):
    """The part of a `Saga` that hears: events by mailboxes, and messages of the flow's own."""

    _journal: Journal
    _mailboxes: Mailboxes
    _handlers: Handlers

    @abstractmethod
    def _begin(self) -> None: ...

    def mailbox(
        self,
        name: str,
        model: type[M],
        *,
        key: Callable[[M], str],
        stream: Callable[[M], str] | None = None,
        sequence: Callable[[M], int] | None = None,
        hold_back: timedelta = HOLD_BACK,
        remember: int = REMEMBER,
    ) -> Mailbox[M]:
        """A mailbox for events from outside, made in `@workflow.init`; the message `event` fills it.

        Args:
            name: Of this mailbox, one of this flow.
            model: What an event is. One that is none is refused, and counted.
            key: What names an event: one that comes twice is dropped.
            stream: Whose event it is; within a stream they are read in order.
            sequence: Its number in its stream, from 1. Without it the order is that of arrival.
            hold_back: So long at most an event waits for those missing before it; see `saga.sequencing`.
            remember: So many keys are known, and so many gaps of each stream.
        """
        reading = Reading(model, key, stream, sequence)
        inbox = self._mailboxes.inbox(name, hold_back=hold_back, remember=remember)
        return self._mailboxes.open(Mailbox(name, reading, inbox, self._journal, begin=self._begin))

    def hear(
        self, name: str, model: type[M], accept: Callable[[M], BaseModel], *, check: Callable[[M], None]
    ) -> None:
        """Take a message of the flow's own, from `@workflow.init` on: by update, and by signal.

        Args:
            name: Of the message.
            model: What it is.
            accept: Takes one that `check` lets pass, and gives the receipt. Annotated with `model`.
            check: Raises `ApplicationError` for one that is refused: the sender of an update is told why, and that of a
                signal finds it in the status.
        """
        self._handlers.hear(name, model, accept, check)
