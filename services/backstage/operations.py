"""How a service says what it can do: steps that have an effect, compensations that undo them, and reads."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Concatenate, Literal, ParamSpec, TypeVar

from fastapi import params
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic_core import to_json

from services.backstage.problems import NOT_FOUND, ProblemType

P = ParamSpec("P")
A = TypeVar("A", bound=BaseModel)
Method = Literal["GET", "POST", "PATCH"]

COMPENSATION_REFUSED = ProblemType("compensation-refused", 409, "This cannot be undone")


class RequestBody(BaseModel):
    """What a caller sends; a field that the operation does not have is an error, told by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Resource(BaseModel):
    """What an operation answers: at least the id of what was made, found or undone."""

    model_config = ConfigDict(frozen=True)

    id: str

    @property
    def effect(self) -> str:
        """What the ledger calls it, and its compensation is given."""
        return self.id


class Accepted(Resource):
    """Answered with 202: it is to be made, and is an effect from now on."""


class Undone(BaseModel):
    """What every compensation answers; the id is null where there was nothing to undo."""

    model_config = ConfigDict(frozen=True)

    id: str | None
    status: str


@dataclass(frozen=True)
class Arguments:
    """The validated body and parameters of one request, by the names in the function's signature."""

    values: Mapping[str, object]
    hints: frozenset[str] = frozenset()
    """Those that came in headers: they say nothing of what is asked for."""

    @property
    def canonical(self) -> bytes:
        return to_json({name: value for name, value in self.values.items() if name not in self.hints})


@dataclass(frozen=True)
class Compensation:
    """Undoes the step `undoes`; the words are the answer's status with and without an effect to undo."""

    undoes: str
    undo: Callable[[Connection, str], None]
    done: str
    nothing: str
    model: type[Undone]

    def run(self, db: Connection, resource_id: str) -> None:
        self.undo(db, resource_id)

    def answer(self, resource_id: str | None) -> Undone:
        return self.model(id=resource_id, status=self.done if resource_id else self.nothing)


@dataclass(frozen=True)
class Operation:
    """One operation of a service as its OpenAPI document describes it, and the functions behind it."""

    service: str
    operation_id: str
    method: Method
    path: str
    description: str
    status: int
    answers: type[BaseModel]
    parameters: tuple[inspect.Parameter, ...]
    refusals: tuple[ProblemType, ...]
    function: Callable[..., BaseModel] | None = None
    compensation: Compensation | None = None

    def arguments(self, values: Mapping[str, object]) -> Arguments:
        return Arguments(values, frozenset(p.name for p in self.parameters if _is_header(p)))

    def run(self, db: Connection, arguments: Arguments) -> BaseModel:
        assert self.function, f"{self.operation_id} only compensates"  # noqa: S101 - its callers have looked
        return self.function(db, **arguments.values)


@dataclass(frozen=True)
class Service:
    """A stand-in: its prefix, its tables, and the operations that the decorators register."""

    name: str
    description: str
    schema: str
    wsdl: Path | None = None
    """Where it is, callers come by SOAP as it says."""
    operations: dict[str, Operation] = field(default_factory=dict[str, Operation])

    def step(
        self,
        path: str,
        *,
        operation_id: str,
        refusals: tuple[ProblemType, ...],
        status: int = 201,
        method: Method = "POST",
    ) -> Callable[[Callable[Concatenate[Connection, P], A]], Callable[Concatenate[Connection, P], A]]:
        """Registers `function(db, body, …) -> answer`, which is called once a key, within a transaction.

        A Resource that it answers is an effect in the ledger; an answer without an id leaves nothing to own.
        Its parameters after `db` are FastAPI's. It raises Refused with one of `refusals`; a scripted refusal
        answers the first of them.
        """

        def register(
            function: Callable[Concatenate[Connection, P], A],
        ) -> Callable[Concatenate[Connection, P], A]:
            self._add(_operation(self.name, function, operation_id, method, path, status, refusals))
            return function

        return register

    def read(
        self, path: str, *, operation_id: str, refusals: tuple[ProblemType, ...] = (NOT_FOUND,)
    ) -> Callable[[Callable[Concatenate[Connection, P], A]], Callable[Concatenate[Connection, P], A]]:
        """Registers `function(db, …) -> answer`, which has no effect; what is not there is NOT_FOUND.

        Parameters that the path names are taken from it, all others from the query. A scripted refusal is the first
        of `refusals`.
        """

        def register(
            function: Callable[Concatenate[Connection, P], A],
        ) -> Callable[Concatenate[Connection, P], A]:
            self._add(_operation(self.name, function, operation_id, "GET", path, 200, refusals))
            return function

        return register

    def compensation(
        self,
        path: str,
        *,
        operation_id: str,
        undoes: str,
        done: str,
        nothing: str,
        refusals: tuple[ProblemType, ...] = (),
    ) -> Callable[[Callable[[Connection, str], None]], Callable[[Connection, str], None]]:
        """Registers `undo(db, resource_id)`, called at most once for each effect of the step `undoes`.

        It takes the step's input. Where `operation_id` is a step too, X-Compensates tells them apart: a
        refund on its own account, or the undoing of a capture.
        """
        step = self.operations[undoes]
        model = _undone_model(operation_id, done, nothing)

        def register(undo: Callable[[Connection, str], None]) -> Callable[[Connection, str], None]:
            compensation = Compensation(undoes, undo, done, nothing, model)
            twin = self.operations.get(operation_id) or _only_compensating(
                step, path, operation_id, undo, model
            )
            self._add(replace(twin, refusals=(*refusals, *twin.refusals), compensation=compensation))
            return undo

        return register

    def _add(self, operation: Operation) -> None:
        self.operations[operation.operation_id] = operation


def _is_header(parameter: inspect.Parameter) -> bool:
    said: tuple[object, ...] = getattr(parameter.annotation, "__metadata__", ())
    return any(isinstance(one, params.Header) for one in said)


def _operation(
    service: str,
    function: Callable[..., BaseModel],
    operation_id: str,
    method: Method,
    path: str,
    status: int,
    refusals: tuple[ProblemType, ...],
) -> Operation:
    signature = inspect.signature(function, eval_str=True)
    _, *parameters = signature.parameters.values()
    return Operation(
        service=service,
        operation_id=operation_id,
        method=method,
        path=path,
        description=inspect.getdoc(function) or "",
        status=status,
        answers=signature.return_annotation,
        parameters=tuple(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters),
        refusals=refusals,
        function=function,
    )


def _only_compensating(
    step: Operation,
    path: str,
    operation_id: str,
    undo: Callable[[Connection, str], None],
    model: type[Undone],
) -> Operation:
    """What the step takes, and nothing that it does."""
    return replace(
        step,
        path=path,
        operation_id=operation_id,
        description=inspect.getdoc(undo) or "",
        status=200,
        answers=model,
        refusals=(COMPENSATION_REFUSED,),
        function=None,
    )


def _undone_model(operation_id: str, done: str, nothing: str) -> type[Undone]:
    words = Field(json_schema_extra={"enum": [done, nothing]})
    return create_model(
        f"{operation_id[0].upper()}{operation_id[1:]}Answer", __base__=Undone, status=(str, words)
    )
