"""Runs the stand-ins as the process that users run, scripts their faults, and reads what they remember."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel, JsonValue

from runtime.leash import die_with_parent
from services.backstage.calls import Call, CallState
from services.backstage.faults import Fault, FaultKind
from services.backstage.ledger import Effect, EffectState
from services.catalogue import SERVICES
from services.notifications import OpsMessage

ROOT = Path(__file__).parents[1]
READY = "stand-ins listening on "
START_DEADLINE = timedelta(seconds=20)
PATIENCE = timedelta(seconds=20)

Model = TypeVar("Model", bound=BaseModel)


class StandIns:
    """One process of stand-ins on its own database file.

    `async with StandIns(tmp_path / "stand-ins.db") as stand_ins:` starts it on a free port; `kill()` and
    `start()` play a crash, on the same file and port. `http` is a client whose base URL is the process's, and
    `arguments` are the process's own.
    """

    def __init__(self, db: Path, *arguments: str) -> None:
        self._db = db
        self._arguments = arguments
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self.http = httpx.AsyncClient()
        self.faults = Faults(self)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()
        await self.http.aclose()

    # --- the process ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def environment(self) -> dict[str, str]:
        """`INVENTORY_URL` and so on, for a worker that is to call these stand-ins."""
        urls = {f"{service.name.upper()}_URL": f"{self.url}/{service.name}" for service in SERVICES}
        given = {
            "HOSTS_FOLDER": str(self.hosts),
            "DATABASE_URL": f"sqlite:///{self.hosts}/inventory.db",
            "FILES_ROOT": str(self.hosts / "folders"),
            "ARAZZO_ALLOWED_HOSTS": self.url.removeprefix("http://"),
        }
        return {**urls, **given}

    @property
    def hosts(self) -> Path:
        """How the hosts are reached by SSH, a database, and folders."""
        return self._db.with_suffix(".hosts")

    def reach(self, read_timeout: timedelta) -> dict[str, dict[str, str | timedelta]]:
        """The settings for what of a private network is no HTTP."""
        return {
            "hosts": {"folder": str(self.hosts), "read_timeout": read_timeout},
            "database": {"url": f"sqlite:///{self.hosts}/inventory.db"},
            "files": {"root": str(self.hosts / "folders")},
        }

    async def start(self) -> None:
        """Returns when it serves; after the first time it is the same port."""
        command = ["-m", "services", "--port", str(self._port), "--db", str(self._db), *self._arguments]
        self._process = await asyncio.create_subprocess_exec(
            *die_with_parent([sys.executable, *command]), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout
        async with asyncio.timeout(START_DEADLINE.total_seconds()):
            ready = (await self._process.stdout.readline()).decode().strip()
        assert ready.startswith(READY), f"it did not start: {ready!r}"
        self._port = int(ready.rpartition(":")[2])
        self.http.base_url = self.url

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        if self._process:
            self._process.kill()
            await self._ended()

    async def stop(self) -> int | None:
        """SIGTERM; the exit status, or None where nothing ran."""
        if self._process is None:
            return None
        self._process.terminate()
        return await self._ended()

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    async def _ended(self) -> int:
        assert self._process
        await self._process.communicate()
        status = self._process.returncode
        self._process = None
        assert status is not None
        return status

    # --- what it remembers ---------------------------------------------------------------------------------

    async def effects(
        self,
        *,
        state: EffectState | None = None,
        correlation_id: str | None = None,
        operation: str | None = None,
        key: str | None = None,
    ) -> list[Effect]:
        asked = {"state": state, "correlation_id": correlation_id, "operation": operation, "key": key}
        return await self.rows("/_effects", Effect, asked)

    async def open_effects(self, *, correlation_id: str | None = None) -> list[Effect]:
        return await self.effects(state=EffectState.OPEN, correlation_id=correlation_id)

    async def calls(
        self,
        *,
        operation: str | None = None,
        correlation_id: str | None = None,
        key: str | None = None,
        state: CallState | None = None,
        after: int = 0,
    ) -> list[Call]:
        """In the order of their arrival; `after` is the id of the last one that is known."""
        asked = {"operation": operation, "correlation_id": correlation_id, "key": key, "state": state}
        return await self.rows("/_calls", Call, {**asked, "after": after})

    async def wait_for_calls(
        self,
        operation: str,
        *,
        count: int = 1,
        state: CallState | None = None,
        key: str | None = None,
        correlation_id: str | None = None,
        after: int = 0,
        timeout: timedelta = PATIENCE,
    ) -> list[Call]:
        """As soon as there are `count` of them; fails when the time is over."""
        asked = {"operation": operation, "state": state, "key": key, "correlation_id": correlation_id}
        bounds = {"after": after, "count": count, "wait": timeout.total_seconds()}
        calls = await self.rows("/_calls", Call, {**asked, **bounds})
        assert len(calls) >= count, f"{len(calls)} of {count} calls of {operation} after {timeout}"
        return calls

    async def told(self, workflow_id: str | None = None) -> list[OpsMessage]:
        """What the people who run the flows were told, newest first."""
        return await self.rows("/notifications/ops", OpsMessage, {"workflow_id": workflow_id})

    async def reset(self) -> None:
        """Forgets everything and drops what is held."""
        (await self.http.post("/_reset")).raise_for_status()

    # --- requests that are held ----------------------------------------------------------------------------

    async def wait_for_held(
        self,
        operation: str,
        moment: CallState = CallState.HELD_BEFORE_EFFECT,
        *,
        after: int = 0,
        timeout: timedelta = PATIENCE,
    ) -> Call:
        """The call that a fault `hold_before_effect`, `hold_after_effect`, `slow`, … is holding now."""
        return (await self.wait_for_calls(operation, state=moment, after=after, timeout=timeout))[0]

    async def release(self, *, call: Call | None = None, drop: bool = False) -> int:
        """Lets held requests go on, or drops their connections; how many there were."""
        body = {"call": call.id if call else None, "drop": drop}
        answer = (await self.http.post("/_faults/release", json=body)).raise_for_status()
        return int(answer.json()["released"])

    async def rows(self, path: str, model: type[Model], asked: Mapping[str, object]) -> list[Model]:
        """A list that the control answers."""
        given = {name: str(value) for name, value in asked.items() if value is not None}
        patience = float(given.get("wait", 0)) + PATIENCE.total_seconds()
        answer = await self.http.get(path, params=given, timeout=patience)
        return [model.model_validate(row) for row in answer.raise_for_status().json()]


class Faults:
    """The script of what goes wrong."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins

    async def add(
        self,
        operation: str,
        kind: FaultKind | str,
        *,
        times: int | None = 1,
        match: Mapping[str, JsonValue] | None = None,
        seconds: float | None = None,
        problem: Mapping[str, str | int] | None = None,
    ) -> Fault:
        """Lets `times` requests of the operation go wrong, None for all.

        `problem` may have `status`, `type`, `detail` and `retry_after`, where the kind has them.
        """
        body = {"service": service_of(operation), "operation": operation, "kind": kind, "times": times}
        options = {"match": match or {}, "seconds": seconds, **(problem or {})}
        answer = await self._stand_ins.http.post("/_faults", json={**body, **options})
        return Fault.model_validate_json(answer.raise_for_status().content)

    async def all(self) -> list[Fault]:
        return await self._stand_ins.rows("/_faults", Fault, {})

    async def clear(self) -> None:
        """Removes all and lets go on what they hold."""
        (await self._stand_ins.http.delete("/_faults")).raise_for_status()


def service_of(operation: str) -> str:
    return next(service.name for service in SERVICES if operation in service.operations)
