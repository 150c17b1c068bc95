"""Puts events in order and drops what comes twice: no clock and no workflow here, so that each rule can be tried alone.

An event of a stream waits for those before it, but never longer than `hold_back`: then what is missing is passed over,
and recorded. What was passed over and comes after all is late: it is let through at once, out of order, and counted,
since a reader can put a late event aside, but cannot fetch one that was dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FIRST = 1
"""The number of the first event of each stream."""

SHOWN = 20
"""So many gaps of a stream are shown."""


class Carried(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Held(Carried):
    """An event that waits for those before it."""

    body: JsonValue = Field(repr=False)
    since: datetime


class StreamState(Carried):
    next: int = FIRST
    held: dict[int, Held] = {}
    gaps: tuple[tuple[int, int], ...] = ()
    """First and last number of what was passed over, oldest first."""


class MailboxState(Carried):
    """All of a mailbox, to be handed over when a flow continues as new."""

    ready: tuple[JsonValue, ...] = Field(default=(), repr=False)
    seen: tuple[str, ...] = ()
    streams: dict[str, StreamState] = {}
    received: int = 0
    duplicates: int = 0
    passed_over: int = 0
    late: int = 0


@dataclass
class Stream:
    """The events of one source, numbered from `FIRST`, each number once."""

    next: int = FIRST
    held: dict[int, Held] = field(default_factory=dict[int, Held])
    gaps: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def knows(self, sequence: int) -> bool:
        """Whether the event of this number has been here."""
        return sequence in self.held or (sequence < self.next and not self.passed_over(sequence))

    def passed_over(self, sequence: int) -> bool:
        return any(first <= sequence <= last for first, last in self.gaps)

    def came_after_all(self, sequence: int) -> None:
        """A number that was passed over is missing no longer."""
        rest: list[tuple[int, int]] = []
        for first, last in self.gaps:
            if not first <= sequence <= last:
                rest.append((first, last))
                continue
            if first < sequence:
                rest.append((first, sequence - 1))
            if sequence < last:
                rest.append((sequence + 1, last))
        self.gaps = rest

    def take(self, until: int) -> Iterator[JsonValue]:
        """In order: what is held up to this number, whatever is missing before it, and all that follows without a gap."""
        for sequence in sorted(number for number in self.held if number <= until):
            if sequence > self.next:
                self.gaps.append((self.next, sequence - 1))
            yield self.held.pop(sequence).body
            self.next = sequence + 1
        while self.next in self.held:
            yield self.held.pop(self.next).body
            self.next += 1


class Inbox:
    """Everything that a mailbox remembers. `remember` bounds the keys, and the gaps of each stream."""

    def __init__(self, *, hold_back: timedelta, remember: int, state: MailboxState | None = None) -> None:
        state = state or MailboxState()
        self._hold_back = hold_back
        self._remember = remember
        self._seen = dict.fromkeys(state.seen)
        self._streams = {
            name: Stream(known.next, dict(known.held), list(known.gaps))
            for name, known in state.streams.items()
        }
        self.ready = deque(state.ready)
        self.received = state.received
        self.duplicates = state.duplicates
        self.passed_over = state.passed_over
        self.late = state.late

    def receive(self, key: str, stream: str, sequence: int | None, body: JsonValue, now: datetime) -> bool:
        """Take an event in; False for one that has been here, by its key or by its number."""
        self.received += 1
        known = None if sequence is None else self._streams.setdefault(stream, Stream())
        if key in self._seen or (known is not None and sequence is not None and known.knows(sequence)):
            self.duplicates += 1
            return False
        self._remember_key(key)
        if known is None or sequence is None:
            self.ready.append(body)
        elif sequence < known.next:
            known.came_after_all(sequence)
            self.late += 1
            self.ready.append(body)
        else:
            known.held[sequence] = Held(body=body, since=now)
            self.ready.extend(known.take(known.next))
        return True

    def release(self, now: datetime) -> None:
        """Let go of what has waited long enough, past those that are missing before it."""
        for stream in self._streams.values():
            due = [number for number, held in stream.held.items() if held.since + self._hold_back <= now]
            if not due:
                continue
            before = len(stream.gaps)
            self.ready.extend(stream.take(max(due)))
            self.passed_over += sum(last - first + 1 for first, last in stream.gaps[before:])
            del stream.gaps[: -self._remember]

    @property
    def due(self) -> datetime | None:
        """When something has waited long enough."""
        since = [held.since for stream in self._streams.values() for held in stream.held.values()]
        return min(since) + self._hold_back if since else None

    @property
    def held(self) -> int:
        return sum(len(stream.held) for stream in self._streams.values())

    def missing(self) -> tuple[str, ...]:
        """The newest gaps of each stream, as people read them."""
        return tuple(
            f"{name} {first}" if first == last else f"{name} {first}-{last}"
            for name, stream in self._streams.items()
            for first, last in stream.gaps[-SHOWN:]
        )

    def carry(self) -> MailboxState:
        return MailboxState(
            ready=tuple(self.ready),
            seen=tuple(self._seen),
            streams={
                name: StreamState(next=known.next, held=known.held, gaps=tuple(known.gaps))
                for name, known in self._streams.items()
            },
            received=self.received,
            duplicates=self.duplicates,
            passed_over=self.passed_over,
            late=self.late,
        )

    def _remember_key(self, key: str) -> None:
        self._seen[key] = None
        while len(self._seen) > self._remember:
            del self._seen[next(iter(self._seen))]
