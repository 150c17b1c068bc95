"""The script of faults: which requests go wrong, how, and how many of them."""

from collections.abc import Mapping
from enum import StrEnum
from sqlite3 import Connection
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.backstage.problems import FieldError, invalid_request

SCHEMA = """
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, operation TEXT NOT NULL,
    remaining INTEGER, taken INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL);
"""


class FaultKind(StrEnum):
    REFUSE = "refuse"  # a business refusal, 4xx
    ERROR = "error"  # 5xx without an effect
    UNAVAILABLE = "unavailable"  # 503 with Retry-After
    THROTTLE = "throttle"  # 429 with Retry-After
    UNAUTHORIZED = "unauthorized"  # 401
    DROP_CONNECTION = "drop_connection"  # no effect, no answer
    SLOW = "slow"  # the effect and the answer come late
    HOLD_BEFORE_EFFECT = "hold_before_effect"  # as slow, until it is released
    HOLD_AFTER_EFFECT = "hold_after_effect"  # the effect is committed, the answer waits until it is released
    EFFECT_THEN_TIMEOUT = "effect_then_timeout"  # as above, for longer than any client waits
    EFFECT_THEN_DROP = (
        "effect_then_drop"  # the effect is committed, then the connection is closed without an answer
    )
    MALFORMED = "malformed"  # the effect is committed, the answer is not what was promised


_PROBLEM = {"status", "type", "detail", "retry_after"}
OPTIONS: Mapping[FaultKind, set[str]] = {
    FaultKind.REFUSE: _PROBLEM,
    FaultKind.ERROR: _PROBLEM,
    FaultKind.UNAVAILABLE: {"detail", "retry_after"},
    FaultKind.THROTTLE: {"detail", "retry_after"},
    FaultKind.UNAUTHORIZED: {"detail"},
    FaultKind.SLOW: {"seconds"},
    FaultKind.HOLD_BEFORE_EFFECT: {"seconds"},
    FaultKind.HOLD_AFTER_EFFECT: {"seconds"},
    FaultKind.EFFECT_THEN_TIMEOUT: {"seconds"},
}
STATUSES = {FaultKind.REFUSE: range(400, 500), FaultKind.ERROR: range(500, 600)}


class FaultRequest(BaseModel):
    """What is to go wrong: `times` requests of the operation whose fields are as in `match`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "service": "payments",
                    "operation": "authorizePayment",
                    "kind": "effect_then_timeout",
                    "times": 1,
                    "match": {"order_id": "A-1"},
                }
            ]
        },
    )

    service: str
    operation: Annotated[str, Field(description="the operationId")]
    kind: FaultKind
    times: Annotated[int | None, Field(ge=1, description="how many requests; null for ever")] = 1
    match: Annotated[
        dict[str, JsonValue],
        Field(
            description="only requests with these body fields, query or path parameters; `correlation_id` is "
            "their X-Correlation-ID, and `occurrence` n is the nth key of the operation under that id"
        ),
    ] = {}
    seconds: Annotated[
        float | None,
        Field(gt=0, description="how long it is held; a hold without it lasts until it is released"),
    ] = None
    status: int | None = None
    type: Annotated[str | None, Field(description="the problem's type, e.g. `out-of-stock`")] = None
    detail: str | None = None
    retry_after: Annotated[
        int | str | None, Field(description="seconds or an HTTP date (RFC 9110 10.2.3)")
    ] = None

    @model_validator(mode="after")
    def _options_belong_to_the_kind(self) -> Self:
        given = {name for name in ("seconds", *sorted(_PROBLEM)) if getattr(self, name) is not None}
        foreign = sorted(given - OPTIONS.get(self.kind, set()))
        statuses = STATUSES.get(self.kind)
        if foreign:
            raise invalid_request(*(_wrong(name, f"`{self.kind}` does not have it") for name in foreign))
        if statuses and self.status is not None and self.status not in statuses:
            raise invalid_request(_wrong("status", f"`{self.kind}` takes {statuses[0]} to {statuses[-1]}"))
        return self


class Fault(FaultRequest):
    """A fault in the script; `remaining` is null for ever."""

    id: int
    remaining: int | None
    taken: int


def _wrong(field: str, message: str) -> FieldError:
    return FieldError(detail=f"body/{field}: {message}", pointer=f"#/{field}")


class FaultScript:
    """The faults in the order in which they were added; of those that match a request, the first is taken."""

    def __init__(self, db: Connection, operations: Mapping[str, Mapping[str, object]]) -> None:
        self._db = db
        self._operations = operations

    def add(self, request: FaultRequest) -> Fault:
        """Raises Refused, naming the field, where there is no such service or operation."""
        known = self._operations.get(request.service)
        if known is None:
            raise invalid_request(_wrong("service", f"not one of {', '.join(sorted(self._operations))}"))
        if request.operation not in known:
            raise invalid_request(_wrong("operation", f"not one of {', '.join(sorted(known))}"))
        cursor = self._db.execute(
            "INSERT INTO faults (service, operation, remaining, request) VALUES (?, ?, ?, ?) RETURNING *",
            (request.service, request.operation, request.times, request.model_dump_json()),
        )
        return _fault(cursor.fetchone())

    def all(self) -> list[Fault]:
        return [_fault(row) for row in self._db.execute("SELECT * FROM faults ORDER BY id")]

    def clear(self) -> int:
        """How many were removed."""
        return self._db.execute("DELETE FROM faults").rowcount

    def remove(self, fault_id: int) -> int:
        """How many were removed: one, or none."""
        return self._db.execute("DELETE FROM faults WHERE id = ?", (fault_id,)).rowcount

    def take(self, service: str, operation: str, fields: Mapping[str, JsonValue]) -> Fault | None:
        """The first that matches a request with these fields, counted; nothing can come between the two."""
        rows = self._db.execute(
            "SELECT * FROM faults WHERE service = ? AND operation = ? "
            "AND (remaining IS NULL OR remaining > 0) ORDER BY id",
            (service, operation),
        )
        fault = next((f for f in map(_fault, rows.fetchall()) if _matches(f, fields)), None)
        if fault:
            self._db.execute(
                "UPDATE faults SET taken = taken + 1, remaining = remaining - 1 WHERE id = ?", (fault.id,)
            )
        return fault


def _matches(fault: Fault, fields: Mapping[str, JsonValue]) -> bool:
    return all(name in fields and fields[name] == value for name, value in fault.match.items())


def _fault(row: Mapping[str, object]) -> Fault:
    counted = {name: row[name] for name in ("id", "remaining", "taken")}
    request = FaultRequest.model_validate_json(str(row["request"]))
    return Fault.model_validate(request.model_dump() | counted)
