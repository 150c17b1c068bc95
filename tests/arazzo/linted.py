"""Small documents before the linter."""

from typing import Any, cast

from arazzo.identity import DocumentSet
from arazzo.lint import lint
from arazzo.problems import Problem
from arazzo.reading import Mode
from tests.arazzo.api import API
from tests.arazzo.documents import Fields, document, loaded, workflow

READ = {"operationId": "read"}
"""A safe call, which changes nothing and fails nobody's plan."""


def found(fields: Fields, mode: Mode = Mode.STRICT) -> list[Problem]:
    return lint(DocumentSet([loaded(fields, mode)], [API]))


def rules(fields: Fields, mode: Mode = Mode.STRICT) -> set[tuple[str, str, str]]:
    return {(one.rule, str(one.severity), one.path) for one in found(fields, mode)}


def reading(name: str = "one", /, **fields: Any) -> Fields:  # noqa: ANN401  any fields of a step
    """A step that no rule says anything of."""
    return {"stepId": name, **READ, "successCriteria": [{"condition": "$statusCode == 200"}], **fields}


def steps(*given: Fields, **fields: Any) -> Fields:  # noqa: ANN401
    return document(workflow(steps=list(given), **fields))


GOTO = {"name": "go", "type": "goto"}
ONE = "/workflows/0/steps/0"
TWO = "/workflows/0/steps/1"

SEND = {"stepId": "one", "operationId": "call", "successCriteria": [{"condition": "$statusCode == 200"}]}
"""Has an effect, and no key."""
KEY: Fields = {"x-idempotency": {}}
UNDO = {"x-compensate": {"operationId": "read"}}
HOLD = {"x-on-failure": "hold"}
FINAL = {"x-point-of-no-return": True}


def sending(name: str = "one", /, **fields: object) -> Fields:
    """An effect that can be taken back."""
    return {**SEND, "stepId": name, **KEY, **UNDO, **fields}


def without_nulls(fields: Fields) -> Fields:
    """Fields that a case takes away from a step are null there."""
    return {name: _without(value) for name, value in fields.items() if value is not None}


def _without(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, list):
        return value
    return [
        without_nulls(cast("Fields", one)) if isinstance(one, dict) else one
        for one in cast("list[object]", value)
    ]
