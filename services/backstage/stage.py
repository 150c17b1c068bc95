"""Where a request meets its operation: faults first, then the key, then the effect."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from fastapi import Request
from pydantic import JsonValue

from services.backstage.calls import CallLog
from services.backstage.faults import FaultScript
from services.backstage.holds import Holds
from services.backstage.ledger import Answer, Keyed, Ledger, key_reused
from services.backstage.operations import Arguments, Operation, Service
from services.backstage.problems import (
    COMPENSATES_MISSING,
    KEY_IN_PROGRESS,
    KEY_MISSING,
    FieldError,
    Refused,
    invalid_request,
)
from services.backstage.retention import KeyRetention
from services.backstage.scripted import Misbehaviour
from services.backstage.storage import Storage

KEY_HEADER = "Idempotency-Key"
COMPENSATES_HEADER = "X-Compensates"
CORRELATION_HEADER = "X-Correlation-ID"
MAX_KEY_LENGTH = 255


class Stage:
    """Everything that the services share while they run, wired once per process."""

    def __init__(
        self, storage: Storage, services: tuple[Service, ...], key_retention: timedelta | None = None
    ) -> None:
        self.storage = storage
        self.services = services
        self.ledger = Ledger(storage, KeyRetention(key_retention))
        self.calls = CallLog(storage.db)
        self.faults = FaultScript(storage.db, {service.name: service.operations for service in services})
        self.holds = Holds(self.calls)
        self.hang_up: Callable[[tuple[str, int]], None] = lambda _: None
        """Closes the connection of this client; the server puts its own here."""
        self._running: dict[tuple[str, str], str] = {}

    async def play(
        self, operation: Operation, call_id: int, request: Request, arguments: Arguments
    ) -> Answer:
        """The answer to one call.

        Raises:
            Refused: with the problem to answer.
            ConnectionDropped: there is to be no answer.
        """
        keyed = None if operation.method == "GET" else _keyed(operation, request, arguments)
        misbehaviour = await self._misbehaviour(operation, call_id, request)
        misbehaviour.instead()
        if keyed:
            with self._in_progress(keyed):
                await misbehaviour.before()
                answer = self.ledger.perform(keyed)
        else:
            await misbehaviour.before()
            answer = Answer(operation.status, operation.run(self.storage.db, arguments).model_dump_json())
        return await misbehaviour.after(answer)

    def close(self) -> None:
        """Ends all that waits; what is held is dropped without an effect."""
        self.holds.close()
        self.calls.close()

    async def _misbehaviour(self, operation: Operation, call_id: int, request: Request) -> Misbehaviour:
        fields = {**await _fields(request), **self._place(operation, request)}
        fault = self.faults.take(operation.service, operation.operation_id, fields)
        return Misbehaviour(fault, call_id, operation, self.holds)

    def _place(self, operation: Operation, request: Request) -> Mapping[str, JsonValue]:
        """Of which flow the call is, and which one of it: a fault can match that too."""
        key, flow = (request.headers.get(name) for name in (KEY_HEADER, CORRELATION_HEADER))
        name = (operation.service, operation.operation_id)
        return {
            "correlation_id": flow,
            "occurrence": self.calls.occurrence(*name, key=key, correlation_id=flow),
        }

    @contextmanager
    def _in_progress(self, request: Keyed) -> Generator[None]:
        """Keys in progress are kept in memory only: when the process dies, so do the requests."""
        name = (request.operation.service, request.key)
        running = self._running.get(name)
        if running == request.fingerprint:
            raise Refused(
                KEY_IN_PROGRESS, f"the first request with key {request.key} has not been answered yet"
            )
        if running is not None:
            raise key_reused(request.key)
        self._running[name] = request.fingerprint
        try:
            yield
        finally:
            del self._running[name]


def _keyed(operation: Operation, request: Request, arguments: Arguments) -> Keyed:
    key = request.headers.get(KEY_HEADER)
    compensates = request.headers.get(COMPENSATES_HEADER)
    if not key:
        raise Refused(KEY_MISSING, f"{operation.operation_id} needs the header {KEY_HEADER}")
    if len(key) > MAX_KEY_LENGTH:
        raise invalid_request(
            FieldError(detail=f"longer than {MAX_KEY_LENGTH} characters", header=KEY_HEADER)
        )
    if not compensates and operation.function is None:
        raise Refused(COMPENSATES_MISSING, f"{operation.operation_id} needs the header {COMPENSATES_HEADER}")
    return Keyed(operation, arguments, key, request.headers.get(CORRELATION_HEADER), compensates)


async def _fields(request: Request) -> Mapping[str, JsonValue]:
    """What a fault can match: query and path parameters and the members of the body."""
    body: JsonValue = {} if request.method == "GET" else await request.json()
    return {**request.query_params, **request.path_params, **(body if isinstance(body, dict) else {})}
