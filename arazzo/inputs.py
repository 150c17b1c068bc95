"""What a workflow takes: its JSON Schema, by itself, and what was given held against it (B2)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from pydantic import JsonValue
from referencing.exceptions import Unresolvable

from arazzo.expression_error import ExpressionError
from arazzo.identity import DocumentSet, base_uri
from arazzo.loading import Document
from arazzo.openapi.errors import DescriptionRefused
from arazzo.openapi.references import Place, placed
from arazzo.openapi.schemas import Schemas, followed
from arazzo.regexes import compile_regex
from models.seals import is_sealed

Checked = Iterator[ValidationError]


class InputSchemas:
    """Those of the documents of a set, each with all that it refers to, by pointer or `$anchor`."""

    def __init__(self, documents: DocumentSet) -> None:
        self._known: dict[str, JsonValue] = dict(documents.values)
        self._known |= {base_uri(one): _with_schemas_in_sight(one) for one in documents.documents}
        self._places: dict[str, tuple[Place, Schemas]] = {}

    def bundled(self, document: Document, schema: JsonValue) -> JsonValue:
        """A schema with no reference out of itself; None stays None, and what is no schema is another one's to refuse."""
        if not isinstance(schema, dict) or wrong_with_schema(schema) is not None:
            return schema
        place, schemas = self._place(document)
        return schemas.bundled(place.beside(schema))

    def leading_nowhere(self, document: Document, schema: JsonValue) -> list[str]:
        """References of a schema that lead to nothing that is at hand."""
        references = sorted({ref for one in _objects(schema) if isinstance(ref := one.get("$ref"), str)})
        return [ref for ref in references if not self._leads(document, ref)]

    def _leads(self, document: Document, reference: str) -> bool:
        try:
            self._place(document)[0].lookup(reference)
        except DescriptionRefused:
            return False
        return True

    def _place(self, document: Document) -> tuple[Place, Schemas]:
        uri = base_uri(document)
        if uri not in self._places:
            self._places[uri] = (placed(uri, self._known), Schemas(uri))
        return self._places[uri]


def _with_schemas_in_sight(document: Document) -> JsonValue:
    """The document as pointers see it, and its schemas once more where anchors are looked for."""
    value = document.source.value
    given = {f"workflow-{index}": one.inputs for index, one in enumerate(document.arazzo.workflows)}
    schemas = given | {
        f"component-{name}": schema for name, schema in document.arazzo.components.inputs.items()
    }
    known: dict[str, JsonValue] = {
        name: schema
        for name, schema in schemas.items()
        if schema is not None and wrong_with_schema(schema) is None
    }
    return {**value, "$defs": known} if isinstance(value, dict) else value


def wrong_with_schema(schema: JsonValue) -> str | None:
    """Why it is no JSON Schema 2020-12 that can be held to; None if it is one."""
    if not isinstance(schema, dict | bool):
        return "it is no object"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        return f"{where or 'it'}: {error.message[:200]}"
    except RecursionError:
        return "it is too deep"
    if {"unevaluatedProperties", "patternProperties"} <= set(_keywords(schema)):
        return "unevaluatedProperties and patternProperties are not taken together"
    for pattern in _patterns(schema):
        try:
            compile_regex(pattern)
        except ExpressionError as error:
            return str(error)
    return None


def wrong_with_inputs(schema: JsonValue, given: JsonValue, *, whole: str = "the inputs") -> list[str]:
    """What does not fit, each with its place and without the value, which may be a secret; empty if all fits.

    `whole` is what is said of the place of all that was given. A sealed value fits: it did so before it was sealed,
    and cannot be looked at.
    """
    if not isinstance(schema, dict | bool):
        return []
    try:
        found = VALIDATOR(schema, format_checker=FORMATS).iter_errors(given)
        return sorted({_said(error, whole) for error in found if not is_sealed(error.instance)})
    except (RecursionError, Unresolvable):
        return ["the schema refers to itself, or to what is not there"]


def _said(error: ValidationError, whole: str) -> str:
    where = "/".join(map(str, error.absolute_path)) or whole
    if error.validator == "required" and isinstance(error.instance, dict):
        given = cast("dict[str, JsonValue]", error.instance)
        missing = [name for name in cast("list[str]", error.validator_value) if name not in given]
        return f"{where}: {', '.join(missing)} is missing"
    if error.validator_value is None or error.validator_value is False:
        return f"{where}: nothing is taken there"
    said = json.dumps(error.validator_value, ensure_ascii=False, default=str)
    return f"{where}: expected {error.validator} {said[:200]}"


def with_defaults(schema: JsonValue, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The inputs, and the default of each property that was not given; nested ones are left to whom they are for."""
    defaults: dict[str, JsonValue] = {
        name: one["default"]
        for name, one in properties_of(schema).items()
        if isinstance(one, dict) and "default" in one
    }
    return defaults | dict(given)


def declared_inputs(schema: JsonValue, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """As much of what is given as a workflow declares."""
    known = properties_of(schema)
    return {name: value for name, value in given.items() if name in known}


def properties_of(schema: JsonValue) -> Mapping[str, JsonValue]:
    """Of the object that a bundled schema describes, be it by a reference to another one in it."""
    found = followed(schema, schema)
    properties = found.get("properties") if isinstance(found, dict) else None
    return properties if isinstance(properties, dict) else {}


def _patterns(schema: JsonValue) -> Iterator[str]:
    """Every regular expression of a schema, however deep."""
    for one in _objects(schema):
        if isinstance(pattern := one.get("pattern"), str):
            yield pattern
        if isinstance(named := one.get("patternProperties"), dict):
            yield from named


def _keywords(schema: JsonValue) -> Iterator[str]:
    for one in _objects(schema):
        yield from one


def _objects(schema: JsonValue) -> Iterator[dict[str, JsonValue]]:
    waiting: list[JsonValue] = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            yield one


def _pattern(_: object, pattern: str, given: object, __: object) -> Checked:
    if isinstance(given, str) and not _found(pattern, given):
        yield ValidationError("no match")


def _pattern_properties(validator: Any, named: dict[str, Any], given: object, _: object) -> Checked:  # noqa: ANN401  (jsonschema's)
    for name, value in _fields(given).items():
        for pattern, schema in named.items():
            if _found(pattern, name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, given: object, schema: dict[str, Any]) -> Checked:  # noqa: ANN401
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, value in _fields(given).items():
        if name in known or any(_found(pattern, name) for pattern in patterns):
            continue
        if wanted is False:
            yield ValidationError(f"{name} is not known", path=[name])
        else:
            yield from validator.descend(value, wanted, path=name)


def _fields(given: object) -> dict[str, object]:
    return cast("dict[str, object]", given) if isinstance(given, dict) else {}


def _found(pattern: str, text: str) -> bool:
    """By RE2, where the library's own way could run away; a pattern that is none matches nothing."""
    try:
        return compile_regex(pattern).found_in(text)
    except ExpressionError:
        return False


FORMATS = FormatChecker()
VALIDATOR = cast(
    "type[Draft202012Validator]",
    extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
        },
    ),
)
