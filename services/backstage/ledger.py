"""Makes each effect once per key, undoes it once, and remembers both."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from sqlite3 import Connection

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.backstage.operations import Accepted, Arguments, Compensation, Operation, Resource
from services.backstage.problems import ALREADY_COMPENSATED, COMPENSATES_OTHER, KEY_REUSED, Refused
from services.backstage.retention import KeyRetention
from services.backstage.storage import Storage, now

SCHEMA = """
CREATE TABLE IF NOT EXISTS effects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, operation TEXT NOT NULL,
    resource_id TEXT NOT NULL, key TEXT NOT NULL, correlation_id TEXT, state TEXT NOT NULL,
    calls INTEGER NOT NULL, at TEXT NOT NULL,
    UNIQUE (service, key));
CREATE TABLE IF NOT EXISTS answers (
    service TEXT, key TEXT, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (service, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tombstones (service TEXT, key TEXT, PRIMARY KEY (service, key)) WITHOUT ROWID;
"""


class EffectState(StrEnum):
    OPEN = "open"
    UNDONE = "undone"


class Effect(BaseModel):
    """A row of the ledger; `calls` counts the requests that were answered with this effect."""

    model_config = ConfigDict(frozen=True)

    service: str
    operation: str
    resource_id: str
    key: str
    correlation_id: str | None
    state: EffectState
    calls: int
    at: AwareDatetime


class EffectFilter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    state: EffectState | None = None
    service: str | None = None
    operation: str | None = None
    key: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True)
class Keyed:
    """A request under its key; `compensates` is the key of the step that it undoes, if it does."""

    operation: Operation
    arguments: Arguments
    key: str
    correlation_id: str | None
    compensates: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        """Its own, and that of the step that it undoes."""
        return (self.key, self.compensates) if self.compensates else (self.key,)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for two requests that ask for the same."""
        asked = f"{self.operation.operation_id}\n{self.compensates}\n".encode() + self.arguments.canonical
        return sha256(asked).hexdigest()


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def end_effect(db: Connection, service: str, operation: str, resource_id: str) -> None:
    """For an operation by which an effect is over, other than its compensation."""
    db.execute(
        "UPDATE effects SET state = 'undone' WHERE service = ? AND operation = ? AND resource_id = ?",
        (service, operation, resource_id),
    )


class Ledger:
    def __init__(self, storage: Storage, retention: KeyRetention) -> None:
        self._storage = storage
        self._retention = retention

    def effects(self, wanted: EffectFilter) -> list[Effect]:
        given = wanted.model_dump(exclude_none=True)
        where = " AND ".join(["TRUE", *(f"{name} = ?" for name in given)])
        rows = self._storage.db.execute(
            f"SELECT * FROM effects WHERE {where} ORDER BY id",  # noqa: S608 - the names are this module's
            tuple(given.values()),
        )
        return [Effect.model_validate(dict(row)) for row in rows]

    def perform(self, request: Keyed) -> Answer:
        """The effect and its answer, or the answer that the key has had; a refusal is not remembered.

        Raises:
            Refused: by the service, or because the key is compensated or belongs to another request.
        """
        with self._storage.transaction() as db:
            self._retention.forget(db)
            answer = _remembered(db, request)
            if answer is None:
                self._retention.make_room(db, request.operation.service, request.key)
                answer = _performed(db, request)
            self._retention.used(db, request.operation.service, request.keys)
            return answer


def _remembered(db: Connection, request: Keyed) -> Answer | None:
    name = (request.operation.service, request.key)
    if db.execute("SELECT 1 FROM tombstones WHERE service = ? AND key = ?", name).fetchone():
        raise Refused(
            ALREADY_COMPENSATED, f"the request with key {request.key} was compensated before this one came"
        )
    row = db.execute(
        "SELECT fingerprint, status, body FROM answers WHERE service = ? AND key = ?", name
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != request.fingerprint:
        raise key_reused(request.key)
    db.execute("UPDATE effects SET calls = calls + 1 WHERE service = ? AND key = ?", name)
    return Answer(row["status"], row["body"])


def key_reused(key: str) -> Refused:
    return Refused(KEY_REUSED, f"the key {key} was used for a request that asked for something else")


def _performed(db: Connection, request: Keyed) -> Answer:
    compensation = request.operation.compensation
    if compensation and request.compensates:
        answer = _compensated(db, request, compensation, request.compensates)
    else:
        answer = _effected(db, request)
    db.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
        (request.operation.service, request.key, request.fingerprint, answer.status, answer.body),
    )
    return answer


def _effected(db: Connection, request: Keyed) -> Answer:
    operation = request.operation
    made = operation.run(db, request.arguments)
    if isinstance(made, Resource):
        db.execute(
            "INSERT INTO effects (service, operation, resource_id, key, correlation_id, state, calls, at) "
            "VALUES (?, ?, ?, ?, ?, 'open', 1, ?)",
            (
                operation.service,
                operation.operation_id,
                made.effect,
                request.key,
                request.correlation_id,
                now(),
            ),
        )
    status = HTTPStatus.ACCEPTED if isinstance(made, Accepted) else operation.status
    return Answer(status, made.model_dump_json())


def _compensated(db: Connection, request: Keyed, compensation: Compensation, step_key: str) -> Answer:
    name = (request.operation.service, step_key)
    effect = db.execute("SELECT * FROM effects WHERE service = ? AND key = ?", name).fetchone()
    if effect and effect["operation"] != compensation.undoes:
        raise Refused(
            COMPENSATES_OTHER, f"{step_key} is the key of {effect['operation']}, not of {compensation.undoes}"
        )
    db.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?)", name)
    if effect and effect["state"] == EffectState.OPEN:
        compensation.run(db, effect["resource_id"])
        db.execute("UPDATE effects SET state = 'undone' WHERE service = ? AND key = ?", name)
    undone = compensation.answer(effect["resource_id"] if effect else None)
    return Answer(200, undone.model_dump_json())
