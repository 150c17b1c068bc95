"""References are followed, and schemas carried with what they refer to."""

import pytest

from arazzo.openapi.errors import DescriptionRefused
from arazzo.openapi.operations import Operations
from tests.arazzo.openapi.descriptions import (
    FOUND_AT,
    Fields,
    body,
    description,
    operation,
    operations,
    parameter,
)


def test_references_are_followed() -> None:
    """Of parameters, bodies, answers, headers, security schemes and paths; what stands beside one is added."""
    components: Fields = {
        "parameters": {
            "id": parameter("id", "path", required=True),
            "again": {"$ref": "#/components/parameters/id"},
        },
        "requestBodies": {"thing": {"required": True, "content": {"text/plain": {}}}},
        "responses": {"done": {"headers": {"Location": {"$ref": "#/components/headers/where"}}}},
        "headers": {"where": {"schema": {"type": "string"}}},
        "securitySchemes": {"token": {"$ref": "#/components/x-tokens/one"}},
        "x-tokens": {"one": {"type": "http", "scheme": "bearer"}},
        "pathItems": {
            "thing": {
                "parameters": [{"$ref": "#/components/parameters/again"}],
                "put": {
                    "requestBody": {"$ref": "#/components/requestBodies/thing"},
                    "responses": {"200": {"$ref": "#/components/responses/done"}},
                    "security": [{"token": []}],
                },
            }
        },
    }
    paths: Fields = {
        "/things/{id}": {"$ref": "#/components/pathItems/thing", "get": {"operationId": "beside"}}
    }
    api = operations(paths, components=components)
    found = api.by_path("/things/{id}", "put")
    assert (["id"], ["text/plain"], True) == (
        [one.name for one in found.parameters],
        [one.content_type for one in found.bodies],
        found.body_required,
    )
    assert ["Location"] == list(found.model_dump()["response_headers"]["200"]["properties"])
    assert "bearer" == found.security[0][0].scheme
    assert "/things/{id}" == api.by_id("beside").path


def test_references_lead_into_other_descriptions_that_are_at_hand() -> None:
    """By their addresses, relative to the one that refers."""
    shared: Fields = {"parameters": {"id": {"$ref": "#/other"}}, "other": parameter("id", "query")}
    document = description({"/a": {"get": {"parameters": [{"$ref": "../shared.json#/parameters/id"}]}}})
    others = {"https://docs.example.com/shared.json": shared}
    api = Operations.of(document, source="api", base_uri=FOUND_AT, others=others)
    assert ["id"] == [one.name for one in api.by_path("/a").parameters]


def test_references_are_resolved_against_what_the_description_calls_itself() -> None:
    """From 3.2 on, by `$self`."""
    document = description(
        {"/a": {"get": {"parameters": [{"$ref": "https://self.example.com/x#/components/parameters/id"}]}}},
        components={"parameters": {"id": parameter("id", "query")}},
        **{"$self": "https://self.example.com/x"},
    )
    found = Operations.of(document, source="api", base_uri=FOUND_AT).by_path("/a")
    assert ["id"] == [one.name for one in found.parameters]


@pytest.mark.parametrize(
    "reference",
    ["#/components/parameters/none", "other.json#/x", "#/components/parameters/loop", "#/info/title/x"],
)
def test_a_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    """Nothing is fetched, and nobody goes round in circles."""
    loop = {"parameters": {"loop": {"$ref": "#/components/parameters/loop"}}}
    api = operations({"/a": {"get": {"parameters": [{"$ref": reference}]}}}, components=loop)
    with pytest.raises(DescriptionRefused, match="leads"):
        api.by_path("/a")


def test_a_path_that_is_described_elsewhere_hides_no_other() -> None:
    """It has no operations here."""
    api = operations({"/a": {"$ref": "elsewhere.json"}, "/b": {"get": {}}})
    assert (1, ["/b"]) == (len(api), [one.path for one in api])


def test_schemas_take_along_what_they_refer_to() -> None:
    """Each once, also what refers to itself, and nothing else; names may hold anything."""
    schemas = {
        "Tree/1": {
            "type": "object",
            "properties": {"left": {"$ref": "#/components/schemas/Tree~11"}, "$ref": {}},
        },
        "Alias": {"$ref": "#/components/schemas/Tree~11", "description": "an alias"},
        "Other": {"type": "string"},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}
    api = operations({"/a": {"post": {"requestBody": {"content": content}}}}, components={"schemas": schemas})
    schema = api.by_path("/a").model_dump()["bodies"][0]["schema_"]
    assert ("#/$defs/Alias", {"Alias", "Tree~11"}) == (schema["$ref"], schema["$defs"].keys())
    left = schema["$defs"]["Tree~11"]["properties"]
    assert {"left": {"$ref": "#/$defs/Tree~011"}, "$ref": {}} == left


def test_a_property_may_be_called_as_a_keyword() -> None:
    """And an example may look like a reference."""
    text = {"$ref": "#/components/schemas/Text"}
    schema = {"properties": {"$id": text, "default": text}, "default": {"a": text}}
    asked = operations(
        {"/a": {"post": {"requestBody": body("application/json", schema)}}},
        components={"schemas": {"Text": {"type": "string"}}},
    ).by_path("/a")
    bundled = {"$ref": "#/$defs/Text"}
    assert {
        "properties": {"$id": bundled, "default": bundled},
        "default": {"a": text},
        "$defs": {"Text": {"type": "string"}},
    } == asked.bodies[0].schema_


def test_schemas_are_found_by_identity_and_anchor() -> None:
    """Those of JSON Schema 2020-12."""
    schemas = {
        "Money": {
            "$id": "https://schemas.example.com/money",
            "$defs": {"c": {"$anchor": "cents", "type": "integer"}},
        }
    }
    content = {"application/json": {"schema": {"$ref": "https://schemas.example.com/money#cents"}}}
    api = operations({"/a": {"post": {"requestBody": {"content": content}}}}, components={"schemas": schemas})
    schema = api.by_path("/a").model_dump()["bodies"][0]["schema_"]
    assert [{"type": "integer"}] == list(schema["$defs"].values())


def test_a_schema_that_is_nowhere_is_any_value() -> None:
    """Requests are built without it."""
    content = {"application/json": {"schema": {"$ref": "nowhere.json"}}}
    found = operations({"/a": {"post": {"requestBody": {"content": content}}}}).by_path("/a")
    assert {} == found.bodies[0].schema_


def test_a_plan_is_spared_what_only_checks_need() -> None:
    """The parts of multipart bodies are written by their schema."""
    found = operation(
        method="post",
        parameters=[parameter("id", "query", schema={"type": "string"})],
        requestBody={
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "multipart/form-data": {"schema": {"type": "object"}},
            }
        },
        responses={"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    ).for_plan()
    assert ({}, None, [None, {"type": "object"}]) == (
        found.responses,
        found.parameters[0].schema_,
        [one.schema_ for one in found.bodies],
    )
