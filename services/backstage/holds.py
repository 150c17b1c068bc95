"""Requests that are held before or after their effect, until they are released or their time is over."""

import asyncio
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.backstage.calls import CallLog, CallState


class ConnectionDropped(Exception):
    """The connection is closed without an answer."""


class Release(BaseModel):
    """Which held requests are let go (all that match), and whether their connections are dropped instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    call: int | None = None
    service: str | None = None
    operation: str | None = None
    drop: bool = False


@dataclass(frozen=True)
class Held:
    call: int
    service: str
    operation: str
    dropped: asyncio.Future[bool]

    def let_go(self, release: Release) -> bool:
        asked = (release.call, release.service, release.operation)
        mine = (self.call, self.service, self.operation)
        if self.dropped.done() or any(a not in (None, m) for a, m in zip(asked, mine, strict=True)):
            return False
        self.dropped.set_result(release.drop)
        return True


class Holds:
    def __init__(self, calls: CallLog) -> None:
        self._calls = calls
        self._held: set[Held] = set()
        self._closed = False

    async def hold(self, call: tuple[int, str, str], moment: CallState, seconds: float | None) -> None:
        """Returns when the request may go on; `call` is its id, service and operation.

        Raises:
            ConnectionDropped: it was released by dropping its connection, or the server is stopping.
        """
        if self._closed:
            raise ConnectionDropped
        held = Held(*call, asyncio.get_running_loop().create_future())
        self._held.add(held)
        self._calls.move(held.call, moment)
        await asyncio.wait({held.dropped}, timeout=seconds)
        self._held.discard(held)
        if held.dropped.done() and held.dropped.result():
            raise ConnectionDropped
        self._calls.move(held.call, CallState.RUNNING)

    def release(self, release: Release) -> int:
        """How many were let go."""
        return sum([held.let_go(release) for held in self._held])

    def close(self) -> None:
        """Drops whatever is held, now and from now on."""
        self._closed = True
        self.release(Release(drop=True))
