"""What people fill in when they approve: a JSON Schema says what is asked for, and which of it is shown to nobody again.

The schema is only read here. Whether an answer fits is said by a function of the flow's, so that no validator is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from pydantic import JsonValue

from saga.masking import MASK
from saga.status import ApprovalStatus, DecisionStatus

CheckInput = Callable[[JsonValue], str | None]
"""Says what is wrong with an answer, without showing what may be secret; None is nothing."""

_PASSWORD = "password"  # noqa: S105 - the format's name
_EACH = ("allOf", "anyOf", "oneOf")
_ONE = ("if", "then", "else")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_OF_OTHER_FIELDS = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("items", "contains", "additionalItems", "unevaluatedItems")

Schema = dict[str, JsonValue]


def veiled(approval: ApprovalStatus) -> ApprovalStatus:
    """The approval as it may be shown: of what people have filled in, `***` where the schema says `format: password`."""
    if approval.takes is None or all(decision.input is None for decision in approval.decisions):
        return approval
    decisions = tuple(_veiled(decision, approval.takes) for decision in approval.decisions)
    return approval.model_copy(update={"decisions": decisions})


def _veiled(decision: DecisionStatus, takes: JsonValue) -> DecisionStatus:
    return decision.model_copy(update={"input": without_passwords(decision.input, takes)})


def without_passwords(value: JsonValue, schema: JsonValue) -> JsonValue:
    """`value` without what `schema` calls a password, by any of its branches; nor what a reference out of it may call so."""
    return _hidden(value, [schema], schema)


def _hidden(value: JsonValue, schemas: Iterable[JsonValue], root: JsonValue) -> JsonValue:
    """All of `schemas` apply to `value`."""
    known = list(_applying(schemas, root, set()))
    if value is None:
        return None
    if any(schema is None or schema.get("format") == _PASSWORD for schema in known):
        return MASK
    found = [schema for schema in known if schema is not None]
    if isinstance(value, dict):
        return {name: _hidden(one, _of_field(name, found), root) for name, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one, _of_item(place, found), root) for place, one in enumerate(value)]
    return value


def _applying(schemas: Iterable[JsonValue], root: JsonValue, seen: set[str]) -> Iterator[Schema | None]:
    """These and all that they refer to for the same value. None is one that is not at hand."""
    for schema in schemas:
        if not isinstance(schema, dict):
            continue
        yield schema
        yield from _applying(_beside(schema), root, seen)
        for reference in (schema[word] for word in _REFERENCES if word in schema):
            if str(reference) not in seen:
                seen.add(str(reference))
                yield from _referred(str(reference), root, seen)


def _referred(reference: str, root: JsonValue, seen: set[str]) -> Iterator[Schema | None]:
    try:
        target = _pointed(reference, root)
    except (LookupError, ValueError, TypeError):
        yield None
    else:
        yield from _applying([target], root, seen)


def _pointed(reference: str, root: JsonValue) -> JsonValue:
    """By a JSON pointer inside of `root`; nothing else is at hand."""
    document, _, pointer = reference.partition("#")
    if document or (pointer and not pointer.startswith("/")):
        raise LookupError(reference)
    here = root
    for token in unquote(pointer).split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        here = here[int(name)] if isinstance(here, list) else _object(here)[name]
    return here


def _beside(schema: Schema) -> Iterator[JsonValue]:
    for word in _EACH:
        listed = schema.get(word)
        yield from listed if isinstance(listed, list) else ()
    yield from (schema[word] for word in _ONE if word in schema)
    yield from _object(schema.get("dependentSchemas")).values()


def _of_field(name: str, schemas: Iterable[Schema]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for schema in schemas:
        own = _object(schema.get("properties"))
        found += _object(schema.get("patternProperties")).values()
        found += [own[name]] if name in own else [schema.get(word) for word in _OF_OTHER_FIELDS]
    return found


def _of_item(place: int, schemas: Iterable[Schema]) -> list[JsonValue]:
    found: list[JsonValue] = []
    for schema in schemas:
        for word in ("prefixItems", "items"):
            listed = schema.get(word)
            found += listed[place : place + 1] if isinstance(listed, list) else ()
        found += [schema.get(word) for word in _OF_ITEMS]
    return found


def _object(value: JsonValue) -> Schema:
    return value if isinstance(value, dict) else {}
