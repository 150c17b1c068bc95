"""Answers that are not as they are described are found, and told apart: services that grow, and services that break."""

import pytest

from arazzo.answers import Answer
from arazzo.contracts import contract_of
from arazzo.drifting import LARGEST_ANSWER, MOST_SAID, departures
from tests.arazzo.contracts import JSON, answering, held, noted, record
from tests.arazzo.openapi.descriptions import Field, Fields, operations

NUMBER = {"type": "number"}
TEXT = {"type": "string"}
CLOSED = {**record(id=NUMBER), "additionalProperties": False}
CARD = record(kind={"const": "card"}, pan=TEXT)
CASH = record(kind={"const": "cash"}, note=NUMBER)
SECRET = "hunter2"


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        (record(id=NUMBER), {"id": 1}, []),
        (record(id=NUMBER), {"id": SECRET}, ['broken: 200 id: expected type "number"']),
        (record(id=NUMBER), {}, ["broken: 200 the body: id is missing"]),
        (record(id=NUMBER), SECRET, ['broken: 200 the body: expected type "object"']),
        (record(id={**NUMBER, "writeOnly": True}), {}, []),
        (record(id=NUMBER), {"id": 1, "new": SECRET}, ["grown: 200 new: the field is not described"]),
        (CLOSED, {"id": 1, "new": SECRET}, ["grown: 200 new: the field is not described"]),
        ({**CLOSED, "additionalProperties": {}}, {"id": 1, "new": 1}, []),
        ({**record(id=NUMBER), "patternProperties": {"^n": {}}}, {"id": 1, "new": 1}, []),
        ({"type": "object"}, {"anything": 1}, []),
        (record(state={"enum": ["open"]}), {"state": SECRET}, ['grown: 200 state: expected enum ["open"]']),
        ({"items": record(id=NUMBER)}, [{"id": 1, "a": 1}, {"id": 2, "a": 2}],
         ["grown: 200 []/a: the field is not described"]),
        ({"allOf": [record(a=TEXT), record(b=TEXT)]}, {"a": "1", "b": "2"}, []),
        ({"allOf": [record(a=TEXT), record(b=TEXT)]}, {"a": "1", "b": "2", "c": 3},
         ["grown: 200 c: the field is not described"]),
        ({"oneOf": [CARD, CASH]}, {"kind": "card", "pan": "1"}, []),
        ({"oneOf": [CARD, CASH]}, {"kind": "cash", "note": SECRET},
         ["broken: 200 the body: none of 2 descriptions fits"]),
        ({"oneOf": [{"enum": ["a"]}, {"type": "null"}]}, "b", ["grown: 200 the body: none of 2 descriptions fits"]),
        ({**TEXT, "nullable": True}, None, []),
    ],
)  # fmt: skip
def test_answers_are_held_against_their_description(schema: Fields, body: Field, expected: list[str]) -> None:
    """What is more than was described is growth, what is less or of another form is broken; values are not said."""
    found = noted(answering(schema), body)

    assert expected == found
    assert SECRET not in str(found)


def test_fields_of_what_is_referred_to_are_described() -> None:
    """In a list of trees, too, which refer to themselves."""
    tree = record(name=TEXT, children={"type": "array", "items": {"$ref": "#/components/schemas/Tree"}})
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}}
    known = operations({"/a": {"get": {"responses": answer}}}, components={"schemas": {"Tree": tree}})
    asked = known.by_path("/a")
    asked = asked.for_plan(contract_of(asked))
    leaf: Fields = {"name": "leaf", "children": []}

    assert [] == noted(asked, {"name": "root", "children": [leaf]})
    expected = ["grown: 200 children/[]/age: the field is not described"]
    assert expected == noted(asked, {"name": "root", "children": [{**leaf, "age": 1}]})


@pytest.mark.parametrize(
    ("status", "headers", "content", "expected"),
    [
        (200, {"Content-Type": "text/html"}, b"<p>", ["broken: 200 is no JSON"]),
        (200, JSON, b"", ["broken: 200 has no body"]),
        (202, JSON, b"{}", ["grown: the status 202 is not described"]),
        (500, JSON, b"{}", []),
        (200, JSON, None, []),
        (200, JSON, b'"' + b"x" * LARGEST_ANSWER + b'"', []),
        (200, {}, b'{"id": 1}', []),
    ],
)
def test_what_is_no_such_answer_is_told(
    status: int, headers: dict[str, str], content: bytes | None, expected: list[str]
) -> None:
    """Failures that nobody described are no news, and what is too long is not looked at."""
    found = departures(answering(record(id=NUMBER)), Answer(status, headers, content))

    assert expected == [str(one) for one in found]


def test_an_answer_without_a_body_lacks_none() -> None:
    """To HEAD, and of a status that has none."""
    described = {"200": {"content": {"application/json": {"schema": NUMBER}}}}

    assert () == departures(held("head", responses=described), Answer(200, JSON, b""))
    assert () == departures(answering(NUMBER, "204"), Answer(204, JSON, b""))


def test_no_more_is_said_than_anybody_reads() -> None:
    """And names are a service's words: short, and without what a terminal takes for orders."""
    many = noted(answering(record(id=NUMBER)), {f"field-{index}": 1 for index in range(50)})
    assert MOST_SAID == len(many)
    assert "broken: 200 the body: id is missing" == many[0]

    (said,) = noted(answering(record(id=NUMBER)), {"id": 1, f"\x1b[31m{'x' * 100}": 1})
    assert "grown: 200 \N{REPLACEMENT CHARACTER}[31m" + "x" * 55 + "…: the field is not described" == said
