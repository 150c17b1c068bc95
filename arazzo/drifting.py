"""Answers held against the contract of their operation: what services do differently is reported, and fails nothing.

A service that grows says more than is described: new fields, new words of an enumeration. One that is broken leaves out
what is promised, or says it in another form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from jsonschema.exceptions import ValidationError
from pydantic import JsonValue

from arazzo.answers import Answer, response_of
from arazzo.expression_error import ExpressionError
from arazzo.holding import ANSWERS, STEPS, errors, place, said
from arazzo.metering import metered, spend
from arazzo.openapi.content_types import covers, is_json
from arazzo.openapi.contract import Contract
from arazzo.openapi.operation import Operation
from arazzo.openapi.references import fields_of
from arazzo.openapi.schemas import followed

LARGEST_ANSWER = 128 * 1024
"""Bytes; a larger one is not looked at."""
MOST_SAID = 10
NO_BODY = frozenset({204, 205, 304})
OPEN = ("patternProperties", "unevaluatedProperties")
BESIDE = ("allOf", "anyOf", "oneOf")


class Kind(StrEnum):
    """Of a departure."""

    GROWN = "grown"
    BROKEN = "broken"


class Departure(NamedTuple):
    """Something that is not as it is described; no value is said."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def departures(operation: Operation, answer: Answer) -> tuple[Departure, ...]:
    """How an answer differs from its description, each once: what is broken first."""
    contract = operation.contract
    if contract is None or answer.content is None or len(answer.content) > LARGEST_ANSWER:
        return ()
    found = dict.fromkeys(_departures(operation, contract, answer))
    return tuple(sorted(found, key=lambda one: one.kind))[:MOST_SAID]


def _departures(operation: Operation, contract: Contract, answer: Answer) -> Iterator[Departure]:
    schema = contract.answer(answer.status)
    if schema is None and contract.answers and 200 <= answer.status < 300:  # noqa: PLR2004 - a success
        yield Departure(Kind.GROWN, f"the status {answer.status} is not described")
    if schema is None or schema is True or operation.method == "HEAD" or answer.status in NO_BODY:
        return
    if not answer.content:
        yield Departure(Kind.BROKEN, f"{answer.status} has no body")
        return
    kind = next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")
    if kind and not is_json(kind):
        if not any(covers(one, kind) for one in operation.accepts):
            yield Departure(Kind.BROKEN, f"{answer.status} is no JSON")
        return
    whole, body = contract.whole(schema), response_of(answer).body
    for error in errors(ANSWERS, whole, body):
        yield Departure(_kind(error), f"{answer.status} {said(error, 'the body')}")
    yield from (
        Departure(Kind.GROWN, f"{answer.status} {where}: the field is not described")
        for where in _new_fields(whole, body)
    )


def _kind(error: ValidationError) -> Kind:
    """A word that is new is growth, also where each kind of object has its own word for itself."""
    if error.validator in ("enum", "const") or error.validator_value is False:
        return Kind.GROWN
    if error.validator not in ("anyOf", "oneOf"):
        return Kind.BROKEN
    branches: dict[object, list[Kind]] = {}
    for one in error.context or ():
        branches.setdefault(one.relative_schema_path[0], []).append(_kind(one))
    grown = any(set(kinds) == {Kind.GROWN} for kinds in branches.values())
    return Kind.GROWN if grown else Kind.BROKEN


def _new_fields(root: JsonValue, body: JsonValue) -> list[str]:
    try:
        with metered(STEPS):
            return list(_undescribed(root, [root], body, ()))
    except (ExpressionError, RecursionError):
        return []


def _undescribed(
    root: JsonValue, schemas: Sequence[JsonValue], value: JsonValue, path: tuple[str | int, ...]
) -> Iterator[str]:
    """The places of fields that no schema for them describes, where any describes fields at all."""
    spend()
    every = list(_beside(root, schemas))
    if isinstance(value, list):
        within = [one[name] for one in every for name in ("items",) if name in one]
        within += [each for one in every for each in _listed(one.get("prefixItems"))]
        for index, item in enumerate(value if within else ()):
            yield from _undescribed(root, within, item, (*path, index))
    elif isinstance(value, dict):
        known = [fields_of(one.get("properties")) for one in every]
        is_open = any(_is_open(one) for one in every)
        for name, one in value.items():
            described = [fields[name] for fields in known if name in fields]
            if described:
                yield from _undescribed(root, described, one, (*path, name))
            elif any(known) and not is_open:
                yield place((*path, name))


def _beside(root: JsonValue, schemas: Sequence[JsonValue]) -> Iterator[dict[str, JsonValue]]:
    """All schemas that may say something of a value, those that are referred to and combined included."""
    waiting, seen = [*schemas], set[str]()
    while waiting:
        spend()
        schema = waiting.pop()
        if not isinstance(schema, dict):
            continue
        if isinstance(reference := schema.get("$ref"), str) and reference not in seen:
            seen.add(reference)
            waiting.append(followed(root, {"$ref": reference}))
        yield schema
        waiting += [one for name in BESIDE for one in _listed(schema.get(name))]
        waiting += [schema[name] for name in ("then", "else") if name in schema]
        waiting += fields_of(schema.get("dependentSchemas")).values()


def _is_open(schema: dict[str, JsonValue]) -> bool:
    more = schema.get("additionalProperties", False)
    return more is not False or any(schema.get(name) not in (None, False) for name in OPEN)


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
