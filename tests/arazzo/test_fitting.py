"""Requests that are not as the operation is described are found before they are sent."""

import pytest

from arazzo.contracts import contract_of
from arazzo.fitting import misfits
from arazzo.openapi.bodies import ABSENT
from tests.arazzo.contracts import held, record
from tests.arazzo.openapi.descriptions import Field, Fields, body, operations, parameter

INTEGER = {"type": "integer"}
SECRET = "hunter2"
NUMBERS = {"type": "array", "items": INTEGER}


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        (INTEGER, 5, True),
        (INTEGER, "5", True),
        (INTEGER, "five", False),
        ({"type": "string", "maxLength": 2}, 12, True),
        ({"type": "string", "maxLength": 2}, "123", False),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "yes", False),
        (NUMBERS, [1, "2"], True),
        (NUMBERS, "1,2", True),
        (NUMBERS, 1, True),
        (NUMBERS, "1,b", False),
        ({"enum": ["red", "blue"]}, "green", False),
        ({"enum": [1, 2]}, "2", True),
        (record(size=INTEGER), {"size": "3"}, True),
        (record(size=INTEGER), {"size": "big"}, False),
        (INTEGER, None, True),
    ],
)
def test_parameters_are_texts_when_they_are_sent(schema: Fields, value: Field, *, fits: bool) -> None:
    """So a text that is a number is one, and a number is a text."""
    asked = held(parameters=[parameter("one", "query", schema=schema)])

    assert fits is (not misfits(asked, [("one", "query", value)], ABSENT, None))


@pytest.mark.parametrize(
    ("schema", "value", "wrong"),
    [
        (record(pin=INTEGER), {"pin": SECRET}, ('the body, pin: expected type "integer"',)),
        (record(pin=INTEGER), {}, ("the body: pin is missing",)),
        (record(pin=INTEGER), {"pin": 5}, ()),
        (record(pin=INTEGER), '{"pin": 5}', ()),
        (record(pin={**INTEGER, "readOnly": True}), {}, ()),
        ({**record(), "additionalProperties": False}, {"more": SECRET}, ("the body, more: nothing is taken there",)),
        (
            {"anyOf": [record(a=INTEGER), record(b=INTEGER)]},
            {"a": SECRET},
            ("the body: none of 2 descriptions fits",),
        ),
        ({"items": record(a={"pattern": "^[0-9]+$"})}, [{"a": SECRET}, {"a": SECRET}],
         ('the body, []/a: expected pattern "^[0-9]+$"',)),
        ({"oneOf": [{"type": "number"}, INTEGER]}, 5, ()),
        ({"type": "string", "nullable": True}, "x", ()),
    ],
)  # fmt: skip
def test_a_body_is_what_the_operation_takes(schema: Fields, value: Field, wrong: tuple[str, ...]) -> None:
    """What does not fit is said with its place; the value may be a secret, and is not said."""
    found = misfits(held(requestBody=body("application/json", schema)), [], value, None)

    assert wrong == found
    assert SECRET not in str(found)


def test_a_form_is_texts() -> None:
    """As parameters are."""
    asked = held(requestBody=body("application/x-www-form-urlencoded", record(n=INTEGER)))

    assert () == misfits(asked, [], {"n": "5"}, None)
    assert ('the body, n: expected type "integer"',) == misfits(asked, [], {"n": "x"}, None)


@pytest.mark.parametrize("content_type", ["application/xml", "text/plain"])
def test_what_is_no_json_is_not_looked_at(content_type: str) -> None:
    """A schema does not say how it is written."""
    asked = held(requestBody={**body("application/json", INTEGER)})

    assert () == misfits(asked, [], "<five/>", content_type)


def test_headers_are_known_in_any_case() -> None:
    """And where the step does not say where a parameter goes, its declaration does."""
    asked = held(parameters=[parameter("X-Size", "header", schema=INTEGER)])

    expected = ('the header parameter x-size: expected type "integer"',)
    assert expected == misfits(asked, [("x-size", "header", "big")], ABSENT, None)
    assert misfits(asked, [("X-Size", None, "big")], ABSENT, None)


def test_a_value_that_costs_too_much_to_tell_fits() -> None:
    """A description may be made to keep a worker busy for ever: here each level doubles the work."""
    again = {"properties": {"x": {"$ref": "#/components/schemas/A"}}}
    either = {"anyOf": [{**again, "required": ["y"]}, {**again, "required": ["z"]}]}
    components = {"schemas": {"A": either}}
    path = {"post": {"requestBody": body("application/json", {"$ref": "#/components/schemas/A"})}}
    asked = operations({"/a": path}, components=components).by_path("/a")
    asked = asked.for_plan(contract_of(asked))
    deep: Field = {}
    for _ in range(16):
        deep = {"x": deep}

    assert () == misfits(asked, [], deep, None)
    assert ("the body: none of 2 descriptions fits",) == misfits(asked, [], {}, None)
