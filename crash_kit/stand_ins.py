"""Speaks with the stand-ins' control over HTTP: scripts what goes wrong, and reads what they remember."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, Self, TypeVar

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from crash_kit.refusals import CannotRehearse

PATIENCE = timedelta(seconds=45)
"""How long a call may take to come."""

T = TypeVar("T")


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    service: str
    operation: str
    key: str | None
    correlation_id: str | None


class Effect(Row):
    """Something that a service has done, once per key."""

    resource_id: str
    state: Literal["open", "undone"]


class Call(Row):
    """One request as a service received it."""

    id: int
    compensates: str | None
    status: int | None
    ended_at: AwareDatetime | None


class Fault(BaseModel):
    """What is to go wrong with some requests of an operation; `times` is None for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    operation: str
    kind: str
    times: int | None
    match: Mapping[str, str | int]
    retry_after: int | None = None


_EFFECTS = TypeAdapter(list[Effect])
_CALLS = TypeAdapter(list[Call])


class StandIns:
    """The control of the stand-ins at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        limits = httpx.Limits(max_connections=None)
        self._http = httpx.AsyncClient(
            base_url=self.url, timeout=PATIENCE.total_seconds() + 15, limits=limits, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def services(self) -> list[str]:
        """Their names. Raises CannotRehearse."""
        try:
            answer = (await self._http.get("/_health")).raise_for_status()
        except httpx.HTTPError as error:
            raise CannotRehearse(f"No stand-ins answer at {self.url}: {error}.") from None
        return [str(name) for name in answer.json()["services"]]

    async def script(self, fault: Fault) -> int:
        """The id of the fault, to remove it."""
        body = fault.model_dump(mode="json", exclude_none=True, exclude={"times"}) | {"times": fault.times}
        answer = await self._http.post("/_faults", json=body)
        return int(answer.raise_for_status().json()["id"])

    async def remove(self, fault: int) -> None:
        (await self._http.delete(f"/_faults/{fault}")).raise_for_status()

    async def effects(self, correlation_id: str | None = None) -> list[Effect]:
        asked = {"correlation_id": correlation_id} if correlation_id else {}
        return await self._rows("/_effects", _EFFECTS, asked)

    async def calls(self, correlation_id: str, **wanted: str | float) -> list[Call]:
        """In the order of their arrival; with `wait`, as soon as there are any."""
        return await self._rows("/_calls", _CALLS, {"correlation_id": correlation_id, **wanted})

    async def release(self, call: Call | None = None) -> None:
        """Let one held request go on, or all."""
        body = {"call": call.id} if call else {}
        (await self._http.post("/_faults/release", json=body)).raise_for_status()

    async def _rows(self, path: str, rows: TypeAdapter[list[T]], asked: Mapping[str, Any]) -> list[T]:
        answer = await self._http.get(path, params=asked)
        return rows.validate_json(answer.raise_for_status().content)
