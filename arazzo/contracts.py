"""The contract of an operation, taken out of its description for a plan: as much of it as may be carried along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.inputs import wrong_with_schema
from arazzo.openapi.content_types import FORM, essence, is_json
from arazzo.openapi.contract import DEFINITIONS, Contract, lean
from arazzo.openapi.operation import DeclaredParameter, Operation

LARGEST_SCHEMA = 16 * 1024
"""Bytes of one schema, with all that it refers to. A larger one is not carried, and nothing is held against it."""
LARGEST_CONTRACT = 32 * 1024
"""Of all schemas of one operation: each call of it has them in its history."""


class LeftOut(NamedTuple):
    """A schema that nothing will be held against."""

    what: str
    why: str


class _Schema(NamedTuple):
    kind: str
    key: str
    schema: JsonValue


def contract_of(operation: Operation) -> Contract | None:
    """What calls of an operation are held against; None where its description says nothing of use."""
    return _taken(operation)[0]


def left_out(operation: Operation) -> tuple[LeftOut, ...]:
    """What its contract does not have, and the description has."""
    return _taken(operation)[1]


def parameter_key(location: str, name: str) -> str:
    """By which a contract knows a parameter."""
    return f"{location} {name.lower() if location == 'header' else name}"


def _taken(operation: Operation) -> tuple[Contract | None, tuple[LeftOut, ...]]:
    found: dict[str, dict[str, JsonValue]] = {"parameter": {}, "body": {}, "answer": {}}
    definitions: dict[str, JsonValue] = {}
    missed: list[LeftOut] = []
    total = 0
    for one in _described(operation):
        alone, own = _split(one.schema)
        new = {name: schema for name, schema in own.items() if name not in definitions}
        size = len(_text(alone)) + len(_text(new))
        if why := _why_not(_text(one.schema), total + size):
            missed.append(LeftOut(f"{one.kind} {one.key}", why))
            continue
        total += size
        definitions |= new
        found[one.kind][one.key] = alone
    if not any(found.values()):
        return None, tuple(missed)
    contract = Contract(
        parameters=found["parameter"],
        bodies=found["body"],
        answers=_by_schema(found["answer"], operation.responses),
        definitions=definitions,
    )
    return contract, tuple(missed)


def _by_schema(answers: dict[str, JsonValue], statuses: Iterable[str]) -> dict[str, JsonValue]:
    """Most errors have one schema."""
    groups: dict[bytes, list[str]] = {}
    for status in statuses:
        groups.setdefault(_text(answers.get(status, True)), []).append(status)
    return {" ".join(sorted(group)): json.loads(text) for text, group in groups.items()}


def _described(operation: Operation) -> Iterator[_Schema]:
    """The schemas that say something; what is sent before what is answered."""
    for one in operation.bodies:
        if is_json(one.content_type) or essence(one.content_type) == FORM:
            yield from _said("body", one.content_type, one.schema_)
    for parameter in operation.parameters:
        yield from _said("parameter", _key(parameter), parameter.schema_)
    for status in sorted(operation.json_answers, key=lambda one: not one.startswith("2")):
        yield from _said("answer", status, operation.responses[status])


def _said(kind: str, key: str, schema: JsonValue) -> Iterator[_Schema]:
    spare = lean(schema)
    text_alone = kind == "parameter" and spare == {"type": "string"}  # as which everything is sent
    if isinstance(spare, dict) and spare.keys() - {DEFINITIONS} and not text_alone:
        yield _Schema(kind, key, spare)


def _key(parameter: DeclaredParameter) -> str:
    return parameter_key(parameter.location, parameter.name)


def _split(schema: JsonValue) -> tuple[JsonValue, dict[str, JsonValue]]:
    """The schema alone, and what it refers to: all of one description, under the names that it has there."""
    if not isinstance(schema, dict):
        return schema, {}
    own = schema.get(DEFINITIONS)
    alone = {name: value for name, value in schema.items() if name != DEFINITIONS}
    return alone, own if isinstance(own, dict) else {}


def _why_not(schema: bytes, total: int) -> str | None:
    if len(schema) > LARGEST_SCHEMA:
        return f"its schema has more than {LARGEST_SCHEMA // 1024} KiB"
    if total > LARGEST_CONTRACT:
        return f"the schemas of the operation have more than {LARGEST_CONTRACT // 1024} KiB"
    return _wrong(schema)


def _text(schema: JsonValue) -> bytes:
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


@lru_cache(maxsize=512)
def _wrong(schema: bytes) -> str | None:
    """Steps call the same operations again and again, and their errors look alike."""
    return wrong_with_schema(json.loads(schema))
