"""Reads the JSON Schema of an input as a list of fields: path, type, whether it is required, and what is allowed."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

Schema = Mapping[str, Any]

RANGES = (
    ("exclusiveMinimum", "above {}"),
    ("minimum", "at least {}"),
    ("exclusiveMaximum", "below {}"),
    ("maximum", "at most {}"),
    ("multipleOf", "a multiple of {}"),
)
SIZES = (("minLength", "maxLength", "character"), ("minItems", "maxItems", "item"))


class InputField(NamedTuple):
    """`items[].quantity`, `integer`, `above 0, at most 10000`."""

    path: str
    type: str
    required: bool
    allowed: str


def input_fields(schema: Schema) -> list[InputField]:
    """The fields in the schema's order, those of nested ones after the field that holds them."""
    reader = _Reader(schema.get("$defs", {}))
    return list(reader.fields(reader.resolved(schema), "", seen=()))


class _Reader:
    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions

    def fields(self, schema: Schema, prefix: str, seen: tuple[str, ...]) -> Iterator[InputField]:
        """A model within itself is named and not opened again."""
        title = str(schema.get("title", ""))
        if title in seen:
            return
        required = schema.get("required", ())
        for name, found in schema.get("properties", {}).items():
            path, resolved = f"{prefix}{name}", self.resolved(found)
            yield InputField(path, self._type(resolved), name in required, _allowed(resolved))
            for suffix, nested in self._nested(resolved):
                yield from self.fields(nested, f"{path}{suffix}.", (*seen, title))

    def resolved(self, schema: Schema) -> Schema:
        """What stands beside a reference, such as a description or default, goes before what it refers to."""
        reference = schema.get("$ref")
        if reference is None:
            return schema
        name = unquote(str(reference).rpartition("/")[2]).replace("~1", "/").replace("~0", "~")
        return {**self._definitions.get(name, {}), **schema}

    def _choices(self, schema: Schema) -> list[Schema]:
        return [self.resolved(choice) for choice in schema.get("anyOf") or schema.get("oneOf") or ()]

    def _nested(self, schema: Schema) -> Iterator[tuple[str, Schema]]:
        if "properties" in schema:
            yield "", schema
        for holder, suffix in (("items", "[]"), ("additionalProperties", ".NAME")):
            inner: Schema | bool = schema.get(holder, False)
            if not isinstance(inner, bool):
                yield from ((f"{suffix}{more}", found) for more, found in self._nested(self.resolved(inner)))
        for choice in self._choices(schema):
            yield from self._nested(choice)

    def _type(self, schema: Schema) -> str:
        if choices := self._choices(schema):
            return " or ".join(dict.fromkeys(self._type(choice) for choice in choices))
        if "const" in schema:
            return str(schema["const"])
        if "enum" in schema:
            return " or ".join(map(str, schema["enum"]))
        if schema.get("type") == "array":
            inner = self._type(self.resolved(schema.get("items", {})))
            return f"list of {inner}" if " " in inner else f"list of {inner}s"
        return str(schema.get("format") or schema.get("type") or "anything")


def _allowed(schema: Schema) -> str:
    """In words; a pattern only where no description says what it means."""
    described = str(schema.get("description", "")).partition("\n")[0]
    parts = [*_limits(schema), described if "properties" not in schema else ""]
    if "pattern" in schema and not described:
        parts.append(f"matches {schema['pattern']}")
    if schema.get("default") is not None:
        parts.append(f"default {schema['default']}")
    return ", ".join(part for part in parts if part)


def _limits(schema: Schema) -> Iterator[str]:
    for choice in schema.get("anyOf", ()):
        yield from _limits(choice)
    for key, saying in RANGES:
        if key in schema:
            yield saying.format(f"{schema[key]:.12g}")
    for least, most, unit in SIZES:
        yield _size(schema.get(least), schema.get(most), unit)


def _size(least: int | None, most: int | None, unit: str) -> str:
    if most is None:
        return f"at least {least} {unit}{'s' * (least != 1)}" if least else ""
    return f"{least} to {most} {unit}s" if least else f"at most {most} {unit}s"
