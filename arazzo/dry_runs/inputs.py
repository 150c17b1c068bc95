"""Inputs for a dry run: what is given, and beside it what fits the schema and the places where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from arazzo.dry_runs.offers import Offers
from arazzo.elements import Parameter, Value
from arazzo.inputs import with_defaults, wrong_with_inputs
from arazzo.openapi.content_types import json_first
from arazzo.openapi.examples import sample
from arazzo.openapi.operation import Operation
from arazzo.openapi.references import Fields, fields_of, items_of
from arazzo.openapi.schemas import followed
from arazzo.plan import Plan, PlannedStep
from arazzo.secrets import seal_inputs
from arazzo.step_input import Values

HIDDEN = "***"
INPUT = re.compile(r"\{?\$inputs\.(?P<name>[A-Za-z0-9_-]+)\}?")
DEEPEST = 8
"""Workflows in workflows that an input is followed into."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a workflow is given."""

    values: Values
    made_up: tuple[str, ...] = ()
    """The names of those that nobody gave."""
    wrong: tuple[str, ...] = ()
    """What does not fit the schema."""


def inputs_for(plan: Plan, offers: Offers, given: Mapping[str, JsonValue] | None) -> Inputs:
    """The inputs that are given, what is required beside them made up; of nothing at all everything is."""
    schema = plan.workflows[plan.root].inputs
    filled = with_defaults(schema, given or {})
    made = fields_of(sample(schema))
    required = items_of(fields_of(followed(schema, schema)).get("required"))
    missing = [name for name in made if name not in filled and (given is None or name in required)]
    places = _Places(plan, offers).of(plan.root, DEEPEST) if missing else {}
    values = filled | {name: _fitting(schema, name, made[name], places.get(name, [])) for name in missing}
    wrong = tuple(wrong_with_inputs(schema, values))
    return Inputs(seal_inputs(values, schema, lambda _: HIDDEN), tuple(missing), wrong)


def _fitting(schema: JsonValue, name: str, made: JsonValue, places: Sequence[JsonValue]) -> JsonValue:
    """The sample of the input's own schema, or that of a place where it goes, if it is the one that fits all of them."""
    own = fields_of(fields_of(followed(schema, schema)).get("properties")).get(name)
    schemas = [_whole(own, schema), *places]
    tried = (made, *(sample(one) for one in places))
    return next((one for one in tried if not any(wrong_with_inputs(each, one) for each in schemas)), made)


class _Places:
    """Where the inputs of workflows go, as they are."""

    def __init__(self, plan: Plan, offers: Offers) -> None:
        self._plan = plan
        self._offers = offers

    def of(self, key: str, depth: int) -> dict[str, list[JsonValue]]:
        """By the name of the input the schemas of what it becomes."""
        found: dict[str, list[JsonValue]] = {}
        for step in self._plan.workflows[key].steps if depth else ():
            for name, schema in self._of_step(key, step, depth):
                found.setdefault(name, []).append(schema)
        return found

    def _of_step(self, key: str, step: PlannedStep, depth: int) -> Iterator[tuple[str, JsonValue]]:
        given = [one for one in step.step.parameters if isinstance(one, Parameter)]
        if step.call.workflow is not None and step.call.workflow in self._plan.workflows:
            inner = self.of(step.call.workflow, depth - 1)
            for one in given:
                name = _input(one.value)
                yield from ((name, schema) for schema in inner.get(one.name, ()) if name)
        if step.call.operation is not None:
            operation = self._offers.operation(key, step.call.operation)
            yield from _of_parameters(operation, given)
            if step.step.request_body is not None:
                kinds = {one.content_type: one.schema_ for one in operation.bodies}
                kind = step.step.request_body.content_type or next(iter(json_first(kinds)), "")
                schema = kinds.get(kind)
                yield from _of_payload(step.step.request_body.payload, schema, schema)


def _of_parameters(operation: Operation, given: Sequence[Parameter]) -> Iterator[tuple[str, JsonValue]]:
    declared = {(one.name, str(one.location)): one.schema_ for one in operation.parameters}
    for one in given:
        name, schema = _input(one.value), declared.get((one.name, str(one.location)))
        if name and schema is not None:
            yield name, schema


def _of_payload(payload: Value, schema: JsonValue, root: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Each input in a payload, with the schema of its place."""
    fields = fields_of(followed(root, schema))
    if name := _input(payload):
        if fields:
            yield name, _whole(fields, root)
    elif isinstance(payload, dict):
        properties: Fields = {}
        for part in (*items_of(fields.get("allOf")), fields):
            properties |= fields_of(fields_of(followed(root, part)).get("properties"))
        for key, value in payload.items():
            yield from _of_payload(value, properties.get(key), root)
    elif isinstance(payload, list):
        for value in payload:
            yield from _of_payload(value, fields.get("items"), root)


def _whole(schema: JsonValue, root: JsonValue) -> JsonValue:
    """A part of a schema, with what it may refer to."""
    definitions = fields_of(root).get("$defs")
    return schema if definitions is None else {**fields_of(schema), "$defs": definitions}


def _input(value: Value) -> str:
    """The name of the input that a value is; empty where it is something else."""
    found = INPUT.fullmatch(value) if isinstance(value, str) else None
    return found["name"] if found else ""
