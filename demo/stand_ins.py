"""Speaks with the stand-ins' control over HTTP: scripts what goes wrong, and reads their ledger."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter

PATIENCE = timedelta(seconds=30)
POLL = timedelta(milliseconds=100)

Model = TypeVar("Model", bound=BaseModel)


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    operation: str
    key: str | None
    correlation_id: str | None


class Effect(Row):
    """Something that a service has done, once per key; `calls` counts the requests that were answered with it."""

    service: str
    state: Literal["open", "undone"]
    calls: int


class Call(Row):
    """One request as a service received it."""

    id: int
    state: str
    status: int | None


_EFFECTS = TypeAdapter(list[Effect])
_CALLS = TypeAdapter(list[Call])


class StandIns:
    """The control of the stand-ins at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(base_url=url, timeout=PATIENCE.total_seconds() + 5, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    def environment(self, downstreams: Iterable[str]) -> dict[str, str]:
        """For a worker that is to call these stand-ins in place of the downstreams."""
        urls = {f"{name.upper()}_URL": f"{self.url}/{name}" for name in downstreams}
        return {**urls, "ARAZZO_ALLOWED_HOSTS": urlsplit(self.url).netloc}

    async def script(
        self, service: str, operation: str, kind: str, *, match: Mapping[str, str], times: int | None
    ) -> None:
        """Let the next `times` requests of the operation with these fields go wrong, None for all."""
        fault = {
            "service": service,
            "operation": operation,
            "kind": kind,
            "times": times,
            "match": dict(match),
        }
        (await self._http.post("/_faults", json=fault)).raise_for_status()

    async def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        (await self._http.delete("/_faults")).raise_for_status()

    async def held(self, operation: str, *, correlation_id: str) -> Call:
        """The request that is held after its effect, as soon as there is one."""
        asked: dict[str, str | float] = {
            "operation": operation,
            "correlation_id": correlation_id,
            "state": "held_after_effect",
            "wait": PATIENCE.total_seconds(),
        }
        answer = (await self._http.get("/_calls", params=asked)).raise_for_status()
        calls = _CALLS.validate_json(answer.content)
        if not calls:
            raise TimeoutError(f"No call of {operation} within {PATIENCE.seconds} s.")
        return calls[0]

    async def answered(self, operation: str, *, correlation_id: str, times: int) -> bool:
        """Whether so many requests have been answered by now, or within a second."""
        asked: dict[str, str | float] = {
            "operation": operation,
            "correlation_id": correlation_id,
            "state": "answered",
            "count": times,
            "wait": 1,
        }
        answer = (await self._http.get("/_calls", params=asked)).raise_for_status()
        return len(_CALLS.validate_json(answer.content)) >= times

    async def post(self, path: str, body: Mapping[str, object]) -> None:
        """Have something happen at a service that no flow has asked for."""
        headers = {"Idempotency-Key": str(uuid4())}
        (await self._http.post(path, json=body, headers=headers)).raise_for_status()

    async def until(self, path: str, model: type[Model], wanted: Callable[[Model], bool]) -> None:
        """As soon as a service answers there what is wanted. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                answer = await self._http.get(path)
                if answer.is_success and wanted(model.model_validate_json(answer.content)):
                    return
                await asyncio.sleep(POLL.total_seconds())

    async def drop(self, call: Call) -> None:
        """Close the connection of a held request without an answer."""
        answer = await self._http.post("/_faults/release", json={"call": call.id, "drop": True})
        answer.raise_for_status()

    async def effects(self, correlation_id: str) -> list[Effect]:
        answer = await self._http.get("/_effects", params={"correlation_id": correlation_id})
        return _EFFECTS.validate_json(answer.raise_for_status().content)

    async def calls(self, correlation_id: str) -> list[Call]:
        """In the order of their arrival."""
        answer = await self._http.get("/_calls", params={"correlation_id": correlation_id})
        return _CALLS.validate_json(answer.raise_for_status().content)
