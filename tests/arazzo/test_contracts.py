"""What a plan knows of the operations that it calls: the schemas that a call is held against, as short as they can be."""

import json

import pytest

from arazzo.compiling import compile_plan
from arazzo.contracts import LARGEST_CONTRACT, LARGEST_SCHEMA, contract_of, left_out
from arazzo.identity import DocumentSet
from arazzo.lint import lint
from arazzo.openapi.contract import lean
from arazzo.plan_contracts import MOST_IN_PLAN
from arazzo.source import read
from tests.arazzo.contracts import record
from tests.arazzo.documents import Fields, document, loaded, step, workflow
from tests.arazzo.openapi.descriptions import Field, body, operation, operations, parameter

TEXT = {"type": "string"}


def answer(schema: Field, content_type: str = "application/json") -> Fields:
    return {"content": {content_type: {"schema": schema}}}


def test_a_contract_is_what_tells_right_from_wrong() -> None:
    """Bodies, parameters and answers; those that are answered alike stand together, and texts are parameters anyway."""
    found = operation(
        method="post",
        parameters=[
            parameter("n", "query", schema={"type": "integer"}),
            parameter("t", "query", schema=TEXT),
        ],
        requestBody=body("application/json", {**TEXT, "title": "A text", "example": "some"}),
        responses={
            "200": answer(TEXT),
            "201": answer(TEXT),
            "204": {},
            "default": answer(TEXT, "text/plain"),
        },
    )
    contract = contract_of(found)

    assert contract is not None
    assert {"query n": {"type": "integer"}} == contract.parameters
    assert {"application/json": TEXT} == contract.bodies
    assert {"200 201": TEXT, "204 default": True} == contract.answers


def test_what_schemas_share_is_there_once() -> None:
    """They refer to it, also to themselves."""
    tree = record(children={"type": "array", "items": {"$ref": "#/components/schemas/Tree"}})
    known = operations(
        {
            "/trees": {
                "post": {"requestBody": body("application/json", {"$ref": "#/components/schemas/Tree"})}
            }
        },
        components={"schemas": {"Tree": tree}},
    )
    contract = contract_of(known.by_path("/trees"))

    assert contract is not None
    assert {"application/json": {"$ref": "#/$defs/Tree"}} == contract.bodies
    assert ["Tree"] == list(contract.definitions)


@pytest.mark.parametrize(
    ("status", "expected"), [(200, "exact"), (203, "range"), (404, "default"), (500, "server")]
)
def test_a_status_is_described_by_what_is_nearest(status: int, expected: str) -> None:
    """By itself, then by its range, then by default."""
    named = {"200": "exact", "2XX": "range", "default": "default", "5xx": "server"}
    found = operation(responses={one: answer({"const": said}) for one, said in named.items()})
    contract = contract_of(found)

    assert contract is not None
    assert {"const": expected} == contract.answer(status)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**TEXT, "nullable": True}, {"type": ["string", "null"]}),
        ({"enum": ["a"], "nullable": True}, {"anyOf": [{"enum": ["a"]}, {"type": "null"}]}),
        ({"nullable": True}, {}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"properties": {"title": {"title": "T"}}}, {"properties": {"title": {}}}),
        ({"enum": [{"title": "a value"}]}, {"enum": [{"title": "a value"}]}),
        ({"oneOf": [], "type": "string"}, TEXT),
        ({"x-own": 1, "required": ["title"]}, {"required": ["title"]}),
    ],
)
def test_a_schema_is_as_short_as_it_can_be(given: Fields, expected: Fields) -> None:
    """What people read is left out, names and values stay, and 3.0 says the same as 3.1."""
    assert expected == lean(given)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"enum": ["x" * LARGEST_SCHEMA]}, "its schema has more than 16 KiB"),
        ({"type": "wrong"}, "is not valid under any of the given schemas"),
        ({"pattern": "(?=a)"}, "no regular expression of RE2"),
    ],
)
def test_a_schema_that_cannot_be_held_to_is_left_out(schema: Fields, why: str) -> None:
    """One that is too large, or is none; the others stay."""
    found = operation(
        method="post", requestBody=body("application/json", schema), responses={"200": answer(TEXT)}
    )
    contract = contract_of(found)

    assert contract is not None
    assert ({}, {"200": TEXT}) == (contract.bodies, contract.answers)
    (missed,) = left_out(found)
    assert ("body application/json", True) == (missed.what, why in missed.why), missed


def test_a_contract_has_a_bound() -> None:
    """Successes come before failures, and what no longer fits is left out."""
    large = {str(status): answer({"enum": [str(status), "x" * 12_000]}) for status in (500, 400, 201, 200)}
    found = operation(responses=large)

    contract = contract_of(found)
    assert contract is not None
    assert len(contract.model_dump_json()) < LARGEST_CONTRACT + 200
    assert ["answer 500", "answer 400"] == [one.what for one in left_out(found)]
    assert {"200", "201"} == {key for key, schema in contract.answers.items() if schema is not True}


def test_a_plan_has_a_bound() -> None:
    """One with so many calls that its schemas would make it too large goes without them, and its check says so."""
    schema = {"enum": ["x" * 12_000]}
    described = {
        "openapi": "3.1.0",
        "paths": {"/things": {"get": {"operationId": "read", "responses": {"200": answer(schema)}}}},
    }
    api = read(json.dumps(described), uri="file:///flows/api.yaml")

    def carried(count: int) -> tuple[int, bool]:
        named = [{**step(f"step{index}"), "operationId": "read"} for index in range(count)]
        root = loaded(document(workflow(steps=named)))
        documents = DocumentSet([root], [api])
        plan = compile_plan(documents, root)
        kept = [one.call.operation.contract for one in plan.workflows[plan.root].steps if one.call.operation]
        noted = "contract-left-out" in {one.rule for one in lint(documents)}
        return len([one for one in kept if one is not None]), noted

    most = MOST_IN_PLAN // 12_100
    assert (most, False) == carried(most)
    assert (0, True) == carried(most + 1)
