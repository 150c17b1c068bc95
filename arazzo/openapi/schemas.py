"""Schemas taken out of a description, each with all that it refers to, and no reference out of itself."""

from typing import NamedTuple
from urllib.parse import quote, unquote

from pydantic import JsonValue

from arazzo.openapi.errors import DescriptionRefused
from arazzo.openapi.references import Fields, Place, fields_of, text_of
from arazzo.openapi.values import compact, is_json_text

DATA = frozenset({"const", "default", "enum", "example", "examples", "discriminator", "xml", "externalDocs"})
"""Keywords whose value is no schema, whatever it looks like."""

NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "definitions"})
"""Keywords whose fields are schemas by name."""

DROPPED = frozenset({"$defs", "$id", "$schema", "$anchor", "$dynamicAnchor"})
"""What is of no use once every reference leads into the bundle."""

REFERENCES = ("$ref", "$dynamicRef")
LOCAL = "#/components/schemas/"
DEPTH = 128


class _Copy(NamedTuple):
    """A schema with its references made local, and the names of those that it refers to."""

    schema: JsonValue
    needs: frozenset[str]


class Schemas:
    """Those of one description; what is referred to is copied once, however many schemas refer to it."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._targets: dict[str, Place] = {}
        self._copies: dict[str, _Copy] = {}

    def bundled(self, place: Place) -> JsonValue:
        """A schema with `$defs` for all that it refers to; None stays None."""
        if place.value is None:
            return None
        copy = self._copied(place)
        if not copy.needs or not isinstance(copy.schema, dict):
            return copy.schema
        definitions: Fields = {}
        open_names = sorted(copy.needs, reverse=True)
        while open_names:
            name = open_names.pop()
            if name in definitions:
                continue
            if name not in self._copies:
                self._copies[name] = self._copied(self._targets[name])
            definitions[name] = self._copies[name].schema
            open_names.extend(sorted(self._copies[name].needs - definitions.keys(), reverse=True))
        return {**copy.schema, "$defs": definitions}

    def _copied(self, place: Place) -> _Copy:
        needs: set[str] = set()
        return _Copy(self._copy(place, needs, DEPTH), frozenset(needs))

    def _copy(self, place: Place, needs: set[str], depth: int) -> JsonValue:
        if depth == 0:
            raise DescriptionRefused("a schema is too deep", expected=f"at most {DEPTH} schemas in schemas")
        if isinstance(place.value, list):
            return [self._copy(place.beside(one), needs, depth - 1) for one in place.value]
        if not isinstance(place.value, dict):
            return place.value
        copy: Fields = {}
        for keyword, value in place.value.items():
            if keyword in REFERENCES and isinstance(value, str):
                copy |= self._reference(place, value, needs)
            elif keyword in DATA or keyword.startswith("x-"):
                copy[keyword] = value
            elif keyword in NAMED:
                copy[keyword] = {
                    name: self._copy(place.beside(one), needs, depth - 1)
                    for name, one in fields_of(value).items()
                }
            elif keyword not in DROPPED:
                copy[keyword] = self._copy(place.beside(value), needs, depth - 1)
        return copy

    def _reference(self, place: Place, reference: str, needs: set[str]) -> Fields:
        """One into the bundle; nothing, hence any value, where it leads nowhere."""
        target = place.target(reference)
        name = target.removeprefix(self._root).removeprefix(LOCAL)
        if name not in self._targets:
            try:
                self._targets[name] = place.lookup(reference)
            except DescriptionRefused:
                return {}
        needs.add(name)
        return {"$ref": f"#/$defs/{quote(name.replace('~', '~0').replace('/', '~1'), safe='~')}"}


def with_examples(schema: JsonValue, media: Place) -> JsonValue:
    """A schema that knows the examples that stand beside it in a Media Type Object or a Header Object."""
    examples = [media.fields["example"]] if "example" in media.fields else []
    for _, one in media.at("examples").each():
        examples += [one.fields[field] for field in ("dataValue", "value") if field in one.fields][:1]
    if not examples or isinstance(schema, bool):
        return schema
    return {**fields_of(schema), "examples": examples}


def type_of(schema: JsonValue) -> str | None:
    """The first type that a schema names, null left aside."""
    named = fields_of(schema).get("type")
    types = named if isinstance(named, list) else [named]
    return next((one for one in types if isinstance(one, str) and one != "null"), None)


def local(root: JsonValue, reference: str) -> JsonValue:
    """What a reference in a bundle leads to; an empty schema where it leads nowhere."""
    found: JsonValue = root
    for token in unquote(reference.removeprefix("#")).split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = found[int(name)] if name.isdecimal() and int(name) < len(found) else {}
        else:
            found = fields_of(found).get(name, {})
    return found


def followed(root: JsonValue, schema: JsonValue) -> JsonValue:
    """What a schema of a bundle refers to, if it refers to anything; the schema itself if not."""
    for _ in range(DEPTH):
        reference = text_of(fields_of(schema).get("$ref"))
        if reference is None:
            return schema
        found = local(root, reference)
        beside = {name: value for name, value in fields_of(schema).items() if name != "$ref"}
        schema = {**fields_of(found), **beside}
    return {}


def json_text(value: JsonValue, schema: JsonValue = None) -> str:
    """A value as JSON. A text that is JSON already stays as it is, unless its schema wants a text."""
    if isinstance(value, str) and is_json_text(value) and type_of(followed(schema, schema)) != "string":
        return value
    return compact(value)
