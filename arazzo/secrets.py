"""Which inputs are secret: those whose JSON Schema says `format: password` (D4). They are sealed before a run begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import JsonValue

from arazzo.expression_error import ExpressionError
from arazzo.openapi.schemas import local
from arazzo.regexes import compile_regex

Path = tuple[str | int, ...]
Seal = Callable[[JsonValue], JsonValue]
Schemas = Mapping[str, JsonValue]

SAME_VALUE = ("allOf", "anyOf", "oneOf")
SAME_VALUE_ONE = ("if", "then", "else")


def secret_paths(given: JsonValue, schema: JsonValue) -> tuple[Path, ...]:
    """Where what was given is secret. One branch of several that says so is enough, whether or not it applies.

    The schema has no reference out of itself, as those of a plan. A secret within a secret is not named.
    """
    found = set(_Search(schema).secrets(given, schema, (), frozenset()))
    return tuple(sorted((one for one in found if not _is_within(one, found)), key=str))


def has_secrets(schema: JsonValue) -> bool:
    """Whether a value that fits could have a secret in it; so that a key is asked for before it is needed."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("format") == "password":
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def seal_inputs(given: Mapping[str, JsonValue], schema: JsonValue, seal: Seal) -> dict[str, JsonValue]:
    """The inputs, their defaults among them, with what `seal` makes of each secret in its place."""
    whole: dict[str, JsonValue] = dict(given)
    paths = secret_paths(whole, schema)
    if paths == ((),):  # the inputs of a run are an object, whatever their schema says of the whole
        return {name: seal(value) for name, value in whole.items()}
    return _sealed_fields(whole, paths, seal)


def seal_value(given: JsonValue, schema: JsonValue, seal: Seal) -> JsonValue:
    """The same for any value."""
    return _sealed(given, secret_paths(given, schema), seal)


class _Search:
    """Goes through a value and all schemas that speak of it together."""

    def __init__(self, root: JsonValue) -> None:
        self._root = root

    def secrets(
        self, value: JsonValue, schema: JsonValue, path: Path, through: frozenset[str]
    ) -> Iterator[Path]:
        """`through`: the references that led here without leaving the value, which are not followed again."""
        if not isinstance(schema, dict) or value is None:
            return
        if schema.get("format") == "password":
            yield path
            return
        for inner in _of_the_same_value(schema):
            yield from self.secrets(value, inner, path, through)
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in through:
            yield from self.secrets(value, local(self._root, reference), path, through | {reference})
        for key, one, about in _parts(value, schema):
            for inner in about:
                yield from self.secrets(one, inner, (*path, key), frozenset())


def _parts(value: JsonValue, schema: Schemas) -> Iterator[tuple[str | int, JsonValue, Iterator[JsonValue]]]:
    """What a value is made of, each with the schemas that speak of it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one, _of_property(schema, name)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield index, one, _of_item(schema, index)


def _of_the_same_value(schema: Schemas) -> Iterator[JsonValue]:
    for keyword in SAME_VALUE:
        several = schema.get(keyword)
        yield from several if isinstance(several, list) else ()
    for keyword in SAME_VALUE_ONE:
        yield schema.get(keyword)
    yield from _named(schema, "dependentSchemas").values()


def _of_property(schema: Schemas, name: str) -> Iterator[JsonValue]:
    properties = _named(schema, "properties")
    patterns = [
        one for pattern, one in _named(schema, "patternProperties").items() if _matches(pattern, name)
    ]
    yield from patterns
    if name in properties:
        yield properties[name]
    elif not patterns:
        yield schema.get("additionalProperties")
        yield schema.get("unevaluatedProperties")


def _of_item(schema: Schemas, index: int) -> Iterator[JsonValue]:
    first = schema.get("prefixItems")
    before = first if isinstance(first, list) else []
    if index < len(before):
        yield before[index]
    else:
        yield schema.get("items")
        yield schema.get("unevaluatedItems")
    yield schema.get("contains")


def _named(schema: Schemas, keyword: str) -> Schemas:
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def _matches(pattern: str, name: str) -> bool:
    """A pattern that is none matches: rather one secret too many."""
    try:
        return compile_regex(pattern).found_in(name)
    except ExpressionError:
        return True


def _is_within(path: Path, others: set[Path]) -> bool:
    return any(path[:length] in others for length in range(len(path)))


def _sealed(value: JsonValue, paths: Sequence[Path], seal: Seal) -> JsonValue:
    """A copy, in which what stands at the paths is sealed."""
    if () in paths:
        return seal(value)
    if not paths:
        return value
    if isinstance(value, dict):
        return _sealed_fields(value, paths, seal)
    if isinstance(value, list):
        return [
            _sealed(one, [path[1:] for path in paths if path[0] == index], seal)
            for index, one in enumerate(value)
        ]
    raise TypeError("a path leads through a value that has no parts")


def _sealed_fields(value: dict[str, JsonValue], paths: Sequence[Path], seal: Seal) -> dict[str, JsonValue]:
    return {
        name: _sealed(one, [path[1:] for path in paths if path[0] == name], seal)
        for name, one in value.items()
    }
