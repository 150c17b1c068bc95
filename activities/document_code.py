"""Our own activities, as steps of documents call them: by name, with an input from JSON."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from temporalio.exceptions import ApplicationError

from activities.verdict import wrong_fields
from arazzo.step_input import Values
from saga.headers import Outcome, step_failure


class CodeFailed(Exception):
    """An activity has failed for good."""

    def __init__(self, kind: str, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.outcome = outcome


class Code:
    """One activity that takes one model, or nothing."""

    def __init__(self, name: str, run: Callable[..., Awaitable[object]]) -> None:
        self.name = name
        self._run = run
        parameters = list(inspect.signature(run).parameters)
        hints = get_type_hints(run)
        self._adapter: TypeAdapter[Any] | None = TypeAdapter(hints[parameters[0]]) if parameters else None

    async def run(self, given: Values) -> object:
        """Its result. Raises CodeFailed; what is to be tried again is raised as it is."""
        try:
            taken = [] if self._adapter is None else [self._adapter.validate_python(given)]
        except ValidationError as error:
            raise CodeFailed(
                "InputRefused", Outcome.REFUSED, f"{self.name}: {wrong_fields(error, whole='input')}"
            ) from None
        try:
            return await self._run(*taken)
        except ApplicationError as error:
            if not error.non_retryable:
                raise
            known = step_failure(error)
            outcome = known.outcome if known else Outcome.UNKNOWN
            raise CodeFailed(error.type or "ActivityFailed", outcome, error.message) from error


def code_of(activities: Iterable[Callable[..., Awaitable[object]]]) -> Mapping[str, Code]:
    """By name: those that a document may call."""
    found = {_name(one): one for one in activities}
    return {name: Code(name, one) for name, one in found.items() if _takes_one(one)}


def _name(activity: Callable[..., Awaitable[object]]) -> str:
    definition = getattr(activity, "__temporal_activity_definition", None)
    return str(getattr(definition, "name", ""))


def _takes_one(activity: Callable[..., Awaitable[object]]) -> bool:
    return len(inspect.signature(activity).parameters) <= 1
