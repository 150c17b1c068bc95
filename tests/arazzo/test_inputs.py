"""What a workflow takes, held against what was given."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from arazzo.inputs import with_defaults, wrong_with_inputs, wrong_with_schema

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["sku", "card"],
    "properties": {
        "sku": {"type": "string", "pattern": "^[A-Z]+$"},
        "amount": {"type": "integer", "minimum": 1, "default": 1},
        "card": {"type": "string", "format": "password", "maxLength": 4},
        "day": {"type": "string", "format": "date"},
    },
    "patternProperties": {"^x-": True},
    "additionalProperties": False,
}


@pytest.mark.arazzo("B2")
@pytest.mark.parametrize(
    ("given_inputs", "said"),
    [
        ({"sku": "ABC", "card": "1234", "x-any": [1]}, []),
        ({}, ["the inputs: sku, card is missing"]),
        ({"sku": "abc", "card": "1234"}, ['sku: expected pattern "^[A-Z]+$"']),
        ({"sku": "ABC", "card": "1234", "amount": 0}, ["amount: expected minimum 1"]),
        ({"sku": "ABC", "card": "1234", "amount": True}, ['amount: expected type "integer"']),
        ({"sku": "ABC", "card": "1234", "day": "tomorrow"}, ['day: expected format "date"']),
        ({"sku": "ABC", "card": "1234", "colour": 1}, ["colour: nothing is taken there"]),
        ([], ['the inputs: expected type "object"']),
    ],
)
def test_inputs_are_held_against_the_schema(given_inputs: Any, said: list[str]) -> None:  # noqa: ANN401
    """Each thing that does not fit is said with its place."""
    assert said == wrong_with_inputs(ORDER, given_inputs)


@pytest.mark.arazzo("B2", "D4")
def test_what_was_given_is_not_said() -> None:
    """It may be a secret."""
    assert "987654" not in " ".join(wrong_with_inputs(ORDER, {"sku": "ABC", "card": "987654"}))


@pytest.mark.arazzo("B2", "D4")
def test_a_sealed_value_fits() -> None:
    """Another workflow is given it as it is; what is not secret there is still held against the schema."""
    sealed: Any = {"$sealed": "8d5f.c2Vj"}

    assert [] == wrong_with_inputs(ORDER, {"sku": "ABC", "card": sealed})
    assert ['sku: expected type "string"'] == wrong_with_inputs(ORDER, {"sku": 1, "card": sealed})
    assert ['card: expected type "string"'] == wrong_with_inputs(
        ORDER, {"sku": "A", "card": {**sealed, "a": 1}}
    )


@pytest.mark.arazzo("B2")
def test_defaults_are_filled_in() -> None:
    """Those of the properties, where nothing was given; null is something."""
    assert {"amount": 1, "sku": "A"} == with_defaults(ORDER, {"sku": "A"})
    assert {"amount": None} == with_defaults(ORDER, {"amount": None})
    assert {"a": 1} == with_defaults(None, {"a": 1})
    assert [] == wrong_with_inputs(None, {"anything": 1})
    assert ["the inputs: nothing is taken there"] == wrong_with_inputs(schema=False, given={})


@pytest.mark.arazzo("D22")
def test_a_pattern_cannot_run_away() -> None:
    """Neither of a value nor of a name."""
    patterns: dict[str, Any] = {"patternProperties": {"^(a+)+$": True}, "additionalProperties": False}
    long = "a" * 5_000 + "b"

    assert 1 == len(wrong_with_inputs({"pattern": "^(a+)+$"}, long))
    assert 1 == len(wrong_with_inputs(patterns, {long: 1}))


@pytest.mark.arazzo("D22")
def test_a_schema_that_leads_to_itself_is_no_crash() -> None:
    """It fits nothing."""
    assert ["the schema refers to itself, or to what is not there"] == wrong_with_inputs({"$ref": "#"}, 1)
    assert ["the schema refers to itself, or to what is not there"] == wrong_with_inputs(
        {"$ref": "#/none"}, 1
    )


@pytest.mark.arazzo("B2")
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"properties": {"a": {"required": True}}},
        {"pattern": "(?<=a)b"},
        {"patternProperties": {"(": True}},
        {"allOf": [{"patternProperties": {"a": True}}], "unevaluatedProperties": False},
        ["a"],
    ],
)
def test_what_is_no_schema_is_refused(schema: Any) -> None:  # noqa: ANN401
    """Nor is what cannot be held to within limits."""
    assert wrong_with_schema(schema)
    assert wrong_with_schema(ORDER) is None


names = st.sampled_from(["a", "b", "ab", "x-a"])
small = st.integers(-2, 2) | st.booleans() | st.none() | st.text("ab", max_size=3)
schemas = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["object", "string", "integer", "null"]),
        "required": st.lists(names, unique=True, max_size=2),
        "properties": st.dictionaries(
            names, st.sampled_from([{}, {"type": "string"}, {"minimum": 0}, {"pattern": "^a"}])
        ),
        "patternProperties": st.dictionaries(
            st.sampled_from(["^x-", "b$", "a.*b"]), st.sampled_from([{}, {"type": "null"}])
        ),
        "additionalProperties": st.booleans() | st.just({"type": "integer"}),
        "pattern": st.sampled_from(["^a", "b$", "a|b"]),
    },
)


@given(schemas, small | st.dictionaries(names, small, max_size=3))
def test_it_judges_as_the_library_does(schema: dict[str, Any], content: Any) -> None:  # noqa: ANN401
    """Our own patterns and additional properties differ in nothing but time."""
    assert Draft202012Validator(schema).is_valid(content) is (wrong_with_inputs(schema, content) == [])
