"""What an operation promises: the schemas of what it takes and of what it answers, as short as they can be."""

from __future__ import annotations

from pydantic import Field, JsonValue

from arazzo.elements import Fixed
from arazzo.openapi.references import fields_of
from arazzo.openapi.schemas import NAMED

FOR_PEOPLE = frozenset(
    {"title", "description", "example", "examples", "default", "deprecated", "externalDocs"}
    | {"discriminator", "xml", "$comment", "contentMediaType", "contentEncoding"}
)
"""Keywords that tell no right value from a wrong one."""

WORDS = frozenset({"const", "enum", "required", "dependentRequired"})
"""Keywords whose value is no schema."""

CHOICES = frozenset({"allOf", "anyOf", "oneOf"})
DEFINITIONS = "$defs"


class Contract(Fixed):
    """Of one operation. A schema that says nothing is not there, and neither is one that is too large."""

    parameters: dict[str, JsonValue] = Field(default={})
    """By location and name: `query limit`. The name of a header is in small letters."""
    bodies: dict[str, JsonValue] = Field(default={})
    """By content type."""
    answers: dict[str, JsonValue] = Field(default={})
    """By statuses, as they are described: `400 4XX default`. One of which nothing is known is True."""
    definitions: dict[str, JsonValue] = Field(default={})
    """To which the schemas refer, as `#/$defs/…`."""

    def whole(self, schema: JsonValue) -> JsonValue:
        """One of its schemas with all that it refers to."""
        if not isinstance(schema, dict) or not self.definitions:
            return schema
        return {**schema, DEFINITIONS: self.definitions}

    def answer(self, status: int) -> JsonValue:
        """The schema for answers of a status: that comes before its range, which comes before `default`; else None."""
        known = {one.upper(): schema for key, schema in self.answers.items() for one in key.split()}
        candidates = (str(status), f"{status // 100}XX", "DEFAULT")
        return next((known[one] for one in candidates if one in known), None)


def lean(schema: JsonValue) -> JsonValue:
    """A schema without what is for people alone, and what OpenAPI 3.0 says in its own words as JSON Schema says it."""
    if isinstance(schema, list):
        return [lean(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, JsonValue] = {}
    for keyword, value in schema.items():
        if keyword in WORDS:
            kept[keyword] = value
        elif keyword in NAMED or keyword in (DEFINITIONS, "dependentSchemas"):
            kept[keyword] = {name: lean(one) for name, one in fields_of(value).items()}
        elif keyword in CHOICES and value == []:
            continue  # generators write so where they know of none
        elif keyword not in FOR_PEOPLE and not keyword.startswith("x-"):
            kept[keyword] = lean(value)
    return _nullable(_bounds(kept))


def _bounds(schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """In 3.0 a bound is exclusive by a flag beside it."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if not isinstance(schema.get(exclusive), bool):
            continue
        if schema.pop(exclusive) is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
    return schema


def _nullable(schema: dict[str, JsonValue]) -> JsonValue:
    """In 3.0 null is allowed by a flag; many write it beside a reference or an enumeration, and mean the same."""
    nullable = schema.pop("nullable", None) is True
    if not nullable or not schema:
        return schema
    kind = schema.get("type")
    if isinstance(kind, str) and not schema.keys() & {"enum", "const"}:
        return {**schema, "type": [kind, "null"]}
    definitions = schema.pop(DEFINITIONS, None)
    either: dict[str, JsonValue] = {"anyOf": [schema, {"type": "null"}]}
    return either if definitions is None else {**either, DEFINITIONS: definitions}
