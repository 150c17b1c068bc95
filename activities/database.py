"""A database of the private network, by named queries: a file says which there are, and a flow names one of them."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import to_jsonable_python
from temporalio import activity

from activities.arguments import Argument, ArgumentRefused, Typed, check_arguments
from activities.attempt import Attempt
from activities.endpoint import Retention
from activities.failure import FailureTerms
from activities.problems import clean
from activities.typed_file import read_typed
from activities.verdict import Failed
from models.queries import Changed, QueryName, QueryRequest, Rows
from saga.headers import Outcome, current_step

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_ROWS = 1_000
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
OWN = frozenset({"key", "undoes"})
READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
}
"""By dialect, what makes a transaction unable to write; a database without it is not read."""

Kind = Literal["read", "write", "undo"]
Found = list[dict[str, object]]


class QueryRefused(Exception):
    """Nothing was sent; `kind` is the failure's type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Query(Typed):
    """One statement. A `write` names :key, so that it is made once; its `undo` names :undoes."""

    description: str
    read: str | None = None
    write: str | None = None
    undo: str | None = None
    arguments: Mapping[str, Argument] = Field(default_factory=dict[str, Argument])

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.read is None) == (self.write is None) or (self.write is None) != (self.undo is None):
            raise ValueError("either `read`, or `write` with its `undo`")
        if self.write and ("key" not in _named(self.write) or "undoes" not in _named(self.undo or "")):
            raise ValueError("`write` needs :key, and `undo` needs :undoes")
        unknown = _named(self.read or f"{self.write} {self.undo}") - self.arguments.keys() - OWN
        if unknown:
            raise ValueError(f":{min(unknown)} is no argument")
        return self


class Queries(Typed):
    """The file as a whole."""

    queries: Mapping[QueryName, Query]


class DatabaseEndpoint(BaseModel):
    """The settings of the database; `url` as SQLAlchemy has it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    url: SecretStr = SecretStr("sqlite:///var/stand-ins.hosts/inventory.db")
    queries: Path = Path(__file__).parents[1] / "examples/queries.toml"
    key_retention: Retention = timedelta(days=365)

    def read_queries(self) -> Queries:
        """Raises FileInvalid."""
        return read_typed(self.queries, Queries)


class Database:
    def __init__(self, endpoint: DatabaseEndpoint, queries: Queries) -> None:
        self._endpoint = endpoint
        self._queries = queries.queries
        self._terms = FailureTerms("DATABASE", "DATABASE_URL", endpoint.key_retention)

    @activity.defn(name="database.read")
    async def read(self, request: QueryRequest) -> Rows:
        """In a transaction that can only read. Refused with `QueryUnknown` or `ArgumentRefused`."""
        rows = await self._run(request, "read")
        return Rows(rows=tuple(to_jsonable_python(rows, fallback=str)))

    @activity.defn(name="database.write")
    async def write(self, request: QueryRequest) -> Changed:
        """Once per key. Refused likewise."""
        return Changed(rows=len(await self._run(request, "write")))

    @activity.defn(name="database.undo_write")
    async def undo_write(self, request: QueryRequest) -> Changed:
        """Undo `write`; succeeds when there is nothing to undo."""
        return Changed(rows=len(await self._run(request, "undo")))

    async def _run(self, request: QueryRequest, kind: Kind) -> Found:
        """The rows that were found, or one without content for each that was changed."""
        from sqlalchemy.exc import DBAPIError, OperationalError  # noqa: PLC0415 - as in `_engine`

        attempt = Attempt()
        if kind != "read":
            self._terms.check_key(attempt, f"database {request.query}")
        try:
            statement, values = self._statement(request, kind)
            return await attempt.run(asyncio.to_thread(self._execute, statement, values, kind))
        except QueryRefused as error:
            failed = Failed(Outcome.REFUSED, error.kind, str(error), retry=False)
        except (OperationalError, TimeoutError) as error:
            failed = Failed(Outcome.UNKNOWN, "DatabaseFailed", clean(str(error)), retry=True)
        except DBAPIError as error:
            failed = Failed(Outcome.REFUSED, "QueryFailed", type(error.orig).__name__, retry=False)
        outcome = Outcome.REFUSED if kind == "read" else attempt.outcome(failed.outcome)
        raise self._terms.failure(attempt, f"database {request.query}: {failed.message}", failed, outcome)

    def _statement(self, request: QueryRequest, kind: Kind) -> tuple[str, Mapping[str, str | int]]:
        """With the values of its parameters; the driver binds them, and nothing is put into its text.

        Raises QueryRefused.
        """
        query = self._queries.get(request.query)
        statement: str | None = getattr(query, kind, None)
        if query is None or statement is None:
            raise QueryRefused("QueryUnknown", f"there is no such query to {kind}")
        try:
            check_arguments(query.arguments, request.arguments)
        except ArgumentRefused as error:
            raise QueryRefused("ArgumentRefused", str(error)) from None
        step = current_step()
        own = {"key": step.key, "undoes": step.compensates or ""}
        values = {name: query.arguments[name].value(given) for name, given in request.arguments.items()}
        named = _named(statement)
        return statement, {name: value for name, value in {**values, **own}.items() if name in named}

    def _execute(self, statement: str, values: Mapping[str, str | int], kind: Kind) -> Found:
        from sqlalchemy import text  # noqa: PLC0415 - as in `_engine`

        with self._engine.connect() as connection:
            if kind == "read":
                connection.exec_driver_sql(READ_ONLY[connection.dialect.name])
            done = connection.execute(text(statement), values)
            if kind == "read":
                return [dict(row) for row in done.mappings().fetchmany(MOST_ROWS)]
            changed = done.rowcount
            connection.commit()
            return [{}] * changed

    @cached_property
    def _engine(self) -> "Engine":
        """The library takes half a second to import, which only those pay who use a database."""
        from sqlalchemy import create_engine  # noqa: PLC0415 - see above
        from sqlalchemy.pool import NullPool  # noqa: PLC0415 - see above

        return create_engine(self._endpoint.url.get_secret_value(), poolclass=NullPool)


def _named(statement: str) -> set[str]:
    return set(_PARAMETER.findall(statement))
