"""Answers are made from schemas: always the same, valid, and bounded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import JsonValue

from arazzo.openapi.examples import SampleResponse, sample, sample_response
from tests.arazzo.openapi.descriptions import Field, Fields, operation, operations, some


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "examples": ["a", "b"], "default": "c", "enum": ["d"]}, "a"),
        ({"type": "string", "example": "a", "default": "c"}, "a"),
        ({"type": "string", "default": "c", "enum": ["d"]}, "c"),
        ({"enum": ["d", "e"]}, "d"),
        ({"const": None, "examples": [1]}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "null"}, None),
        ({}, None),
        (True, None),
        ({"type": "boolean"}, True),
        ({"type": "number", "minimum": 2, "maximum": 3}, 2.5),
        ({"type": "number", "minimum": 2, "exclusiveMinimum": True}, 3),
        ({"type": "integer", "exclusiveMaximum": 0}, -1),
        ({"type": "integer", "minimum": 5, "multipleOf": 3}, 6),
        ({"type": "number", "minimum": 0.25, "maximum": 0.35, "multipleOf": 0.1}, 0.3),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "string", "minLength": 6}, "textte"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "array", "maxItems": 0}, []),
        ({"prefixItems": [{"const": 1}, {"const": "a"}], "items": False}, [1, "a"]),
        ({"properties": {"a": {"type": "integer"}}, "required": ["b"]}, {"a": 1, "b": None}),
        ({"type": "object", "minProperties": 2}, {"property1": None, "property2": None}),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
            {"a": 1, "b": 2},
        ),
        ({"oneOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        (
            {"properties": {"a": {"const": 1}}, "anyOf": [{"properties": {"b": {"const": 2}}}]},
            {"a": 1, "b": 2},
        ),
    ],
)
def test_a_sample_is_what_the_schema_says(schema: Field, value: Field) -> None:
    """A constant, an example, a default, an enumerated value, else the least of its type."""
    assert (value, type(value)) == (sample(schema), type(sample(schema)))


def test_what_refers_to_itself_ends() -> None:
    """After some levels, with nothing missing that is required."""
    tree: Fields = {
        "type": "object",
        "properties": {"left": {"$ref": "#/$defs/tree"}, "size": {"type": "integer"}},
    }
    optional: Fields = {"$ref": "#/$defs/tree", "$defs": {"tree": {**tree, "required": ["size"]}}}
    assert not list(Draft202012Validator(optional).iter_errors(sample(optional)))
    required: Fields = {"$ref": "#/$defs/tree", "$defs": {"tree": {**tree, "required": ["left"]}}}
    assert 500 > len(repr(sample(required)))
    assert None is sample({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}})


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#/$defs/a"}] * 3},
        {"anyOf": [{"$ref": "#/$defs/a"}] * 3},
        {"properties": {name: {"$ref": "#/$defs/a"} for name in "bcdefghi"}},
        {"required": list("bcd"), "additionalProperties": {"$ref": "#/$defs/a"}},
        {"items": {"$ref": "#/$defs/a"}, "minItems": 1_000_000_000},
        {"items": {"$ref": "#/$defs/a"}, "minItems": 50},
        {"minProperties": 1_000_000_000},
        {"type": "string", "minLength": 1_000_000_000},
        {"type": "number", "minimum": 1e308, "multipleOf": 1e-300},
    ],
)
def test_no_schema_makes_a_sample_large(schema: Fields) -> None:
    """Whatever it refers to, and however often."""
    made = sample({**schema, "$defs": {"a": schema}})
    assert 100_000 > len(repr(made))


Strategy = st.SearchStrategy[Any]


def fields_like(always: dict[str, Strategy], /, **optional: Strategy) -> Strategy:
    """Objects of these fields."""
    return st.fixed_dictionaries(always, optional=optional)


def schemas_around(inner: Strategy) -> Strategy:
    """Schemas of which other schemas are part."""
    one = st.lists(inner, min_size=1, max_size=1)
    names = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True)
    properties = st.dictionaries(st.sampled_from(["a", "b", "c"]), inner)
    return st.one_of(
        fields_like({"type": st.just("array"), "items": inner}, minItems=st.integers(0, 3)),
        fields_like({"type": st.just("object"), "properties": properties}, required=names),
        fields_like({"oneOf": one}),
        fields_like({"allOf": one}),
    )


LEAVES: Strategy = st.one_of(
    fields_like({"type": st.just("integer")}, minimum=st.integers(-50, 50), multipleOf=st.integers(1, 9)),
    fields_like(
        {"type": st.just("number"), "exclusiveMinimum": st.integers(-9, 9), "maximum": st.integers(10, 20)}
    ),
    fields_like({"type": st.just("string")}, minLength=st.integers(0, 20), maxLength=st.integers(20, 30)),
    fields_like({"type": st.just("string"), "format": st.sampled_from(["date", "uuid", "email"])}),
    fields_like({"enum": st.lists(st.integers(), min_size=1)}),
    st.just({"type": ["null", "boolean"]}),
)
SCHEMAS: Strategy = st.recursive(LEAVES, schemas_around, max_leaves=6)
KEYWORDS = st.sampled_from(["type", "items", "allOf", "$ref"])


@some
@given(SCHEMAS)
def test_samples_are_valid(schema: Fields) -> None:
    """Under the schema that they are made from, formats included."""
    checker = Draft202012Validator.FORMAT_CHECKER
    assert not list(Draft202012Validator(schema, format_checker=checker).iter_errors(sample(schema)))


@some
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner),
        max_leaves=8,
    )
)
def test_what_is_no_schema_makes_some_sample(schema: JsonValue) -> None:
    """The same each time, and no error."""
    assert repr(sample(schema)) == repr(sample(schema))


ANSWERS: Fields = {
    "201": {
        "headers": {
            "Location": {"schema": {"type": "string", "format": "uri"}},
            "X-Left": {"schema": {"type": "integer"}},
        },
        "content": {
            "text/plain": {"schema": {"const": "no"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
        },
    },
    "4XX": {
        "content": {
            "application/problem+json": {
                "schema": {"type": "object"},
                "examples": {"gone": {"$ref": "#/components/examples/gone"}},
            }
        }
    },
    "204": {"description": "nothing"},
    "default": {"content": {"application/json": {"example": {"a": 1}}}},
}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (
            None,
            SampleResponse(201, {"Location": "https://example.com/one", "X-Left": "1"}, {"orderId": "o1"}),
        ),
        (204, SampleResponse(204, {}, None)),
        (410, SampleResponse(410, {}, {"title": "Gone"})),
        (500, SampleResponse(500, {}, {"a": 1})),
    ],
)
def test_an_answer_of_an_operation(status: int | None, answer: SampleResponse) -> None:
    """The first success, or the one of a status, of its range, or the default; JSON before all else."""
    components = {
        "schemas": {"Order": {"properties": {"orderId": {"type": "string", "example": "o1"}}}},
        "examples": {"gone": {"value": {"title": "Gone"}}},
    }
    api = operations({"/orders": {"post": {"responses": ANSWERS}}}, components=components)
    assert answer == sample_response(api.by_path("/orders"), status)


@pytest.mark.parametrize(
    ("responses", "status"),
    [({}, 200), ({"default": {}}, 200), ({"2XX": {}}, 200), ({"404": {}, "302": {}}, 302)],
)
def test_an_operation_without_successes_answers_all_the_same(responses: Fields, status: int) -> None:
    """With what it has."""
    assert SampleResponse(status, {}, None) == sample_response(operation(responses=responses))
