"""Which inputs are secret, by what their schema says, and that they are sealed and nothing else is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arazzo.secrets import has_secrets, seal_inputs, secret_paths

SECRET: dict[str, Any] = {"type": "string", "format": "password"}
LOGIN: dict[str, Any] = {"type": "object", "properties": {"user": {"type": "string"}, "password": SECRET}}
GIVEN: dict[str, Any] = {"user": "ada", "password": "s3cret"}

CASES: dict[str, tuple[dict[str, Any], Any, list[tuple[str | int, ...]]]] = {
    "a property": (LOGIN, GIVEN, [("password",)]),
    "what was not given": (LOGIN, {"user": "ada"}, []),
    "null": (LOGIN, {"password": None}, []),
    "deeper": (
        {"properties": {"a": {"properties": {"b": LOGIN}}}},
        {"a": {"b": GIVEN}},
        [("a", "b", "password")],
    ),
    "items": (
        {"properties": {"a": {"items": LOGIN}}},
        {"a": [{}, GIVEN]},
        [("a", 1, "password")],
    ),
    "the first items": (
        {"properties": {"a": {"prefixItems": [SECRET], "items": {}}}},
        {"a": ["x", "y"]},
        [("a", 0)],
    ),
    "names of a pattern": ({"patternProperties": {"^p": SECRET}}, {"pin": "1", "user": "ada"}, [("pin",)]),
    "all other names": (
        {"properties": {"user": {}}, "additionalProperties": SECRET},
        {"user": "ada", "more": "x"},
        [("more",)],
    ),
    "a reference": (
        {"properties": {"a": {"$ref": "#/$defs/login"}}, "$defs": {"login": LOGIN}},
        {"a": GIVEN},
        [("a", "password")],
    ),
    "a tree": (
        {"$ref": "#/$defs/t", "$defs": {"t": {"properties": {"pin": SECRET, "next": {"$ref": "#/$defs/t"}}}}},
        {"pin": "1", "next": {"next": {"pin": "2"}}},
        [("next", "next", "pin"), ("pin",)],
    ),
    "a reference to itself": ({"$ref": "#/$defs/t", "$defs": {"t": {"$ref": "#/$defs/t"}}}, {"a": 1}, []),
    "one of several": (
        {"properties": {"a": {"oneOf": [{"type": "integer"}, SECRET]}}},
        {"a": "x"},
        [("a",)],
    ),
    "a condition": ({"if": {}, "then": LOGIN, "else": {}}, GIVEN, [("password",)]),
    "all of it": (SECRET, GIVEN, [()]),
    "an object that is secret": (
        {"properties": {"card": {"format": "password", "properties": {"pin": SECRET}}}},
        {"card": {"pin": "1"}},
        [("card",)],
    ),
    "no schema": ({}, GIVEN, []),
}


def sealed(value: Any) -> Any:  # noqa: ANN401 - whatever an input is
    return {"sealed": value}


@pytest.mark.arazzo("D4")
@pytest.mark.parametrize("case", CASES)
def test_where_inputs_are_secret(case: str) -> None:
    """Wherever a schema can speak of a value."""
    schema, inputs, expected = CASES[case]

    assert tuple(expected) == secret_paths(inputs, schema)


@pytest.mark.arazzo("D4")
def test_secrets_are_sealed_and_nothing_else_is() -> None:
    """What was given stays as it is; the copy has seals."""
    schema: dict[str, Any] = {"properties": {"people": {"items": LOGIN}, "note": {}}}
    inputs: dict[str, Any] = {"people": [GIVEN, {"user": "bob"}], "note": "x"}

    assert {
        "people": [{"user": "ada", "password": {"sealed": "s3cret"}}, {"user": "bob"}],
        "note": "x",
    } == seal_inputs(inputs, schema, sealed)
    assert "s3cret" == inputs["people"][0]["password"]
    assert {"user": {"sealed": "ada"}, "password": {"sealed": "s3cret"}} == seal_inputs(GIVEN, SECRET, sealed)


def test_a_key_is_asked_for_where_one_could_be_needed() -> None:
    """Before anything is given."""
    assert has_secrets({"properties": {"people": {"items": LOGIN}}})
    assert not has_secrets({"properties": {"password": {"type": "string"}}})
    assert not has_secrets(None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
)
def test_no_schema_is_too_odd(schema: Any) -> None:  # noqa: ANN401 - any JSON
    """What is no schema says nothing of secrets."""
    assert () == secret_paths(GIVEN, {"properties": schema, "anyOf": schema, "items": schema, "$ref": schema})
