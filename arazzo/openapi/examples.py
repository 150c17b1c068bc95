"""Answers made from schemas, for dry runs: always the same for the same schema, and never larger than a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.openapi.numbers import sample_number
from arazzo.openapi.operation import Operation
from arazzo.openapi.references import Fields, fields_of, items_of
from arazzo.openapi.schemas import followed, type_of
from arazzo.openapi.texts import sample_text
from arazzo.openapi.values import text

DEPTH = 6
"""Values in values, beyond which only what is required goes on."""

DEEPEST = 24
"""Beyond which nothing goes on, required or not."""

VALUES = 5_000
"""In one sample."""

MERGES = 20_000
"""Schemas put together for one sample."""

ITEMS = 100
"""In one list, whatever `minItems` says."""

SUCCESSES = range(200, 300)


class SampleResponse(NamedTuple):
    """An answer that an operation could give."""

    status: int
    headers: dict[str, str]
    body: JsonValue


def sample_response(operation: Operation, status: int | None = None) -> SampleResponse:
    """The answer of a status, or of the first success; without a body where the description has none for it."""
    declared = {str(one).upper(): one for one in operation.responses}
    if status is None:
        successes = sorted(one for one in declared if one.startswith("2"))
        chosen = next(iter(successes), "DEFAULT" if "DEFAULT" in declared or not declared else min(declared))
        status = int(chosen.replace("XX", "00")) if chosen != "DEFAULT" else SUCCESSES.start
    keys = (declared.get(one) for one in (str(status), f"{status // 100}XX", "DEFAULT"))
    key = next((one for one in keys if one is not None), "")
    headers = fields_of(sample(operation.response_headers.get(key)))
    schema = operation.responses.get(key)
    return SampleResponse(
        status,
        {name: text(value) for name, value in headers.items()},
        None if schema is None else sample(schema),
    )


def sample(schema: JsonValue) -> JsonValue:
    """An instance of a schema: what it gives as an example, a default or a constant, else the least that fits."""
    return _Sampling(schema).of(schema, 0)


@dataclass(slots=True)
class _Sampling:
    """One sample: the schema that local references lead into, and how many values there are already."""

    root: JsonValue
    values: int = 0
    merges: int = 0

    def of(self, schema: JsonValue, depth: int) -> JsonValue:
        self.values += 1
        fields = self.merged(schema, DEEPEST)
        if given := _given(fields):
            return given[0]
        if depth >= DEEPEST or self.values > VALUES:
            return None
        for keyword in ("oneOf", "anyOf"):
            if options := items_of(fields.get(keyword)):
                chosen = next((one for one in options if self.kind(one) is not None), options[0])
                rest = {name: value for name, value in fields.items() if name != keyword}
                return self.of(_both(rest, self.merged(chosen, DEEPEST)), depth + 1)
        return self.made(fields, depth)

    def made(self, fields: Fields, depth: int) -> JsonValue:
        """By the type alone."""
        made: JsonValue = None
        match _kind(fields):
            case "object":
                made = self.object(fields, depth)
            case "array":
                made = self.array(fields, depth)
            case "string":
                made = sample_text(fields)
            case "integer" | "number" as kind:
                made = sample_number(fields, whole=kind == "integer")
            case "boolean":
                made = True
            case _:
                pass
        return made

    def kind(self, schema: JsonValue) -> str | None:
        return _kind(self.merged(schema, DEEPEST))

    def merged(self, schema: JsonValue, depth: int) -> Fields:
        """A schema with what it refers to, and all of its `allOf`, in one."""
        self.merges += 1
        fields = fields_of(followed(self.root, schema))
        parts = items_of(fields.get("allOf")) if depth and self.merges < MERGES else []
        result: Fields = {name: value for name, value in fields.items() if name != "allOf"}
        for one in parts:
            result = _both(result, self.merged(one, depth - 1))
        return result

    def object(self, fields: Fields, depth: int) -> Fields:
        required = [one for one in items_of(fields.get("required")) if isinstance(one, str)]
        properties = fields_of(fields.get("properties"))
        names = [one for one in properties if depth < DEPTH or one in required]
        made: Fields = {}
        for name in dict.fromkeys([*names, *required]):
            own = properties.get(name, fields.get("additionalProperties"))
            if (own is not False and self.values < VALUES) or name in required:
                made[name] = self.of(own, depth + 1)
        least = fields.get("minProperties")
        for number in range(1, min(least, ITEMS) + 1 if isinstance(least, int) else 1):
            if len(made) < min(int(str(least)), ITEMS):
                made.setdefault(f"property{number}", self.of(fields.get("additionalProperties"), depth + 1))
        return made

    def array(self, fields: Fields, depth: int) -> list[JsonValue]:
        least, most = fields.get("minItems"), fields.get("maxItems")
        first = items_of(fields.get("prefixItems"))
        count = max(len(first), least if isinstance(least, int) else 0)
        if depth < DEPTH and fields.get("items") is not False:
            count = max(count, 1)
        if isinstance(most, int):
            count = min(count, most)
        items = [*first, *([fields.get("items")] * max(0, min(count, ITEMS) - len(first)))]
        return [self.of(one, depth + 1) for one in items[:count] if self.values < VALUES]


def _given(fields: Fields) -> list[JsonValue]:
    """What the schema itself says, best first."""
    return [
        *([fields["const"]] if "const" in fields else []),
        *items_of(fields.get("examples")),
        *([fields["example"]] if "example" in fields else []),
        *([fields["default"]] if "default" in fields else []),
        *items_of(fields.get("enum")),
    ]


def _kind(fields: Fields) -> str | None:
    """The type, or the one that its keywords are for."""
    if (named := type_of(fields)) is not None:
        return named
    if "type" in fields:
        return None
    for kind, keywords in (
        ("object", ("properties", "required", "additionalProperties", "minProperties")),
        ("array", ("items", "prefixItems", "minItems")),
        ("string", ("pattern", "format", "minLength", "maxLength")),
        ("number", ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")),
    ):
        if any(one in fields for one in keywords):
            return kind
    if any(one in fields for one in ("const", "enum", "oneOf", "anyOf", "example", "examples", "default")):
        return "any"
    return None


def _both(one: Fields, other: Fields) -> Fields:
    """Two schemas that both hold. Where they contradict each other, the first is right."""
    both = {**other, **one}
    properties = {**fields_of(other.get("properties")), **fields_of(one.get("properties"))}
    required = [*items_of(one.get("required")), *items_of(other.get("required"))]
    if properties:
        both["properties"] = properties
    if required:
        both["required"] = required
    for keyword, choose in (("minLength", max), ("minimum", max), ("minItems", max), ("maximum", min)):
        values = [value for part in (one, other) if isinstance(value := part.get(keyword), int | float)]
        if values:
            both[keyword] = choose(values)
    return both
