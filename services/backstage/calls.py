"""The log of all calls that reached an operation, and the waiting for what it is about to say."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from sqlite3 import Connection
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.backstage.storage import now

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, operation TEXT NOT NULL,
    key TEXT, compensates TEXT, correlation_id TEXT, traceparent TEXT,
    state TEXT NOT NULL, status INTEGER, at TEXT NOT NULL, ended_at TEXT);
CREATE INDEX IF NOT EXISTS calls_of_flow ON calls (correlation_id);
"""


class CallState(StrEnum):
    RUNNING = "running"
    HELD_BEFORE_EFFECT = "held_before_effect"
    HELD_AFTER_EFFECT = "held_after_effect"
    ANSWERED = "answered"
    DROPPED = "dropped"  # the connection was closed without an answer
    LOST = "lost"  # it was under way when the process was killed


class Call(BaseModel):
    """One request as it was received; `status` is null until it is answered, and for ever when it is not."""

    model_config = ConfigDict(frozen=True)

    id: int
    service: str
    operation: str
    key: str | None
    compensates: str | None
    correlation_id: str | None
    traceparent: str | None
    state: CallState
    status: int | None
    at: AwareDatetime
    ended_at: AwareDatetime | None


class CallFilter(BaseModel):
    """Which calls are asked for; `wait` makes it a long poll for `count` of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: Annotated[int, Field(ge=0, description="only calls with a higher id")] = 0
    service: str | None = None
    operation: str | None = None
    key: str | None = None
    compensates: str | None = None
    correlation_id: str | None = None
    status: int | None = None
    state: Annotated[tuple[CallState, ...], Field(description="any of these")] = ()
    count: Annotated[int, Field(ge=1)] = 1
    wait: Annotated[float, Field(ge=0, le=60, description="seconds")] = 0

    def clause(self) -> tuple[str, list[object]]:
        equal = ("service", "operation", "key", "compensates", "correlation_id", "status")
        wanted = {f"{name} = ?": getattr(self, name) for name in equal if getattr(self, name) is not None}
        parts = ["id > ?", *wanted]
        if self.state:
            parts.append(f"state IN ({', '.join('?' * len(self.state))})")
        return " AND ".join(parts), [self.after, *wanted.values(), *self.state]


class CallLog:
    """Written when a call arrives, is held, and ends; whoever waits is woken at each of these moments."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False
        db.execute("UPDATE calls SET state = 'lost' WHERE ended_at IS NULL")

    def begin(self, service: str, operation: str, headers: Mapping[str, str]) -> int:
        names = ("idempotency-key", "x-compensates", "x-correlation-id", "traceparent")
        row = (service, operation, *(headers.get(name) for name in names), CallState.RUNNING, now())
        cursor = self._db.execute(
            "INSERT INTO calls "
            "(service, operation, key, compensates, correlation_id, traceparent, state, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            row,
        )
        (call_id,) = cursor.fetchone()
        self._announce()
        return int(call_id)

    def move(self, call_id: int, state: CallState) -> None:
        self._db.execute("UPDATE calls SET state = ? WHERE id = ?", (state, call_id))
        self._announce()

    def end(self, call_id: int, status: int | None) -> None:
        """`status` is null when no answer was given."""
        state = CallState.DROPPED if status is None else CallState.ANSWERED
        self._db.execute(
            "UPDATE calls SET state = ?, status = ?, ended_at = ? WHERE id = ?",
            (state, status, now(), call_id),
        )
        self._announce()

    def matching(self, wanted: CallFilter) -> list[Call]:
        where, values = wanted.clause()
        rows = self._db.execute(f"SELECT * FROM calls WHERE {where} ORDER BY id", values)  # noqa: S608 - placeholders
        return [Call.model_validate(dict(row)) for row in rows]

    def occurrence(self, service: str, operation: str, *, key: str | None, correlation_id: str | None) -> int:
        """Which of the flow's keys for this operation, in the order of their first calls; 1 outside of any flow."""
        if correlation_id is None:
            return 1
        keys = self._db.execute(
            "SELECT key FROM calls WHERE correlation_id = ? AND service = ? AND operation = ? "
            "GROUP BY key ORDER BY MIN(id)",
            (correlation_id, service, operation),
        )
        return [known for (known,) in keys].index(key) + 1

    @property
    def waiting(self) -> int:
        """How many wait for calls."""
        return len(self._waiting)

    async def wait(self, wanted: CallFilter) -> list[Call]:
        """The calls asked for: at once if there are enough, else when there are or the time is over."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wanted.wait
        while (
            len(calls := self.matching(wanted)) < wanted.count and not self._closed and loop.time() < deadline
        ):
            await self._next_change(deadline - loop.time())
        return calls

    def close(self) -> None:
        """Ends every wait."""
        self._closed = True
        self._announce()

    async def _next_change(self, seconds: float) -> None:
        change = asyncio.get_running_loop().create_future()
        self._waiting.add(change)
        await asyncio.wait({change}, timeout=seconds)
        self._waiting.discard(change)

    def _announce(self) -> None:
        while self._waiting:
            change = self._waiting.pop()
            if not change.done():
                change.set_result(None)
