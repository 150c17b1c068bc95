"""Speaks with the control of the stand-ins: slows them down, waits for calls, reads the ledger."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from pydantic import TypeAdapter

from services.backstage.calls import Call, CallState
from services.backstage.ledger import Effect

PATIENCE = timedelta(seconds=60)

_EFFECTS = TypeAdapter(list[Effect])
_CALLS = TypeAdapter(list[Call])


class StandIns:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def slow_down(self, service: str, operation: str, *, by: timedelta) -> None:
        """All requests, from now on."""
        asked = {"service": service, "operation": operation, "kind": "slow", "seconds": by.total_seconds()}
        (await self._http.post("/_faults", json={**asked, "times": None})).raise_for_status()

    async def until_answered(self, operation: str, count: int) -> None:
        """Returns when so many calls have been answered. Raises TimeoutError."""
        await self._until(operation, CallState.ANSWERED, count)

    async def until_under_way(self, operation: str) -> int:
        """Returns as soon as there is such a call; how many there are. Raises TimeoutError."""
        return await self._until(operation, CallState.HELD_BEFORE_EFFECT, 1)

    async def _until(self, operation: str, state: CallState, count: int) -> int:
        wanted: dict[str, str | int] = {"operation": operation, "state": state, "count": count}
        answer = await self._http.get("/_calls", params={**wanted, "wait": PATIENCE.seconds})
        calls = _CALLS.validate_json(answer.raise_for_status().content)
        if len(calls) < count:
            raise TimeoutError(
                f"{operation}: {len(calls)} calls {state}, not {count}, after {PATIENCE.seconds} s"
            )
        return len(calls)

    async def effects(self) -> list[Effect]:
        """The whole ledger."""
        return _EFFECTS.validate_json((await self._http.get("/_effects")).raise_for_status().content)


@asynccontextmanager
async def stand_ins_at(url: str) -> AsyncGenerator[StandIns]:
    bound = PATIENCE.total_seconds() + 5
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=bound) as http:
        yield StandIns(http)
