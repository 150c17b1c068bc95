"""Requests held against the contract of their operation, before they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from pydantic import JsonValue

from arazzo.contracts import parameter_key
from arazzo.holding import REQUESTS, errors, said
from arazzo.openapi.bodies import Body
from arazzo.openapi.content_types import covers, is_json
from arazzo.openapi.contract import Contract
from arazzo.openapi.operation import Operation
from arazzo.openapi.values import text

Change = Callable[[JsonValue], JsonValue]

MOST_SAID = 5


def misfits(
    operation: Operation,
    given: Iterable[tuple[str, str | None, JsonValue]],
    body: Body,
    content_type: str | None,
) -> tuple[str, ...]:
    """What of a request does not fit, each with its place and without the value; empty if all fits."""
    contract = operation.contract
    if contract is None:
        return ()
    found: dict[str, None] = {}
    for name, location, value in given:
        found |= dict.fromkeys(_parameter(operation, contract, name, location, value))
    found |= dict.fromkeys(_body(contract, body, content_type))
    return tuple(found)[:MOST_SAID]


def _parameter(
    operation: Operation, contract: Contract, name: str, location: str | None, value: JsonValue
) -> list[str]:
    where = location or next((one.location for one in operation.parameters if one.name == name), "query")
    schema = contract.parameters.get(parameter_key(where, name))
    if schema is None or value is None:
        return []
    return _nearest(contract.whole(schema), _as_texts(value), f"the {where} parameter {name}")


def _body(contract: Contract, body: Body, content_type: str | None) -> list[str]:
    if not contract.bodies or not isinstance(body, str | int | float | bool | list | dict):
        return []
    kind = content_type or next(iter(contract.bodies))
    schema = contract.bodies.get(kind) or next(
        (one for declared, one in contract.bodies.items() if covers(declared, kind)), None
    )
    if schema is None:
        return []
    if not is_json(kind):
        forms = [] if isinstance(body, str) else list(_as_texts(body))
        return _nearest(contract.whole(schema), forms, "the body")
    forms = [body, *([_parsed(body)] if isinstance(body, str) else [])]
    return _nearest(contract.whole(schema), forms, "the body")


def _nearest(schema: JsonValue, forms: Iterable[JsonValue], whole: str) -> list[str]:
    """What is wrong with the form that fits best: nothing, if one fits."""
    best: list[str] = []
    for number, form in enumerate(forms):
        found = [said(one, whole) for one in errors(REQUESTS, schema, form)]
        if not found:
            return []
        if number == 0 or len(found) < len(best):
            best = found
    return [one if one.startswith(whole) else f"{whole}, {one}" for one in best]


def _as_texts(value: JsonValue) -> Iterator[JsonValue]:
    """A value as it may be meant where all is sent as text: `5` is a number and a text, `a,b` a text and a list."""
    yield value
    yield _each(value, _parsed)
    yield _each(value, _written)
    if isinstance(value, str):
        items: list[JsonValue] = [*value.split(",")]
        yield items
        yield _each(items, _parsed)
    elif not isinstance(value, list | dict):
        yield [value]


def _each(value: JsonValue, change: Change) -> JsonValue:
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _each(one, change) for name, one in value.items()}
    return change(value)


def _parsed(value: JsonValue) -> JsonValue:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _written(value: JsonValue) -> JsonValue:
    return text(value)
