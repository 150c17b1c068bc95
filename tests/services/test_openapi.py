"""The services describe themselves: their OpenAPI documents are valid, kept, and enough to call them by."""

import json
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import JsonValue

from services.catalogue import SERVICES
from tests.services.caller import COMPENSATIONS, OPERATIONS, POSTS, Body, input_of, new_key, send
from tests.services.command import run
from tests.services.documents import Described, described
from tests.standins import ROOT, StandIns

NAMES = [service.name for service in SERVICES]
FLOW = ["reserveInventory", "authorizePayment", "createShipment"]


@pytest.mark.parametrize("name", NAMES)
async def test_each_document_is_valid(stand_ins: StandIns, name: str) -> None:
    """Each service's document keeps to OpenAPI 3.1, and says where the service is."""
    document: Body = (await stand_ins.http.get(f"/{name}/openapi.json")).json()

    assert [] == [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert document["servers"] == [{"url": f"/{name}"}]


async def test_the_kept_documents_are_these(tmp_path: Path) -> None:
    """What `python -m services --describe examples/openapi` writes is what stands there."""
    assert (0, "", "") == await run("--describe", str(tmp_path))

    kept = {path.name: path.read_text() for path in (ROOT / "examples" / "openapi").glob("*.json")}
    assert kept == {path.name: path.read_text() for path in tmp_path.glob("*.json")}
    assert [json.loads(kept[f"{name}.json"])["servers"] for name in NAMES] == [
        [{"url": f"http://127.0.0.1:8090/{name}"}] for name in NAMES
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_headers_are_described(stand_ins: StandIns, operation: str) -> None:
    """Each operation says which headers it needs, and which it takes."""
    found = await described(stand_ins, operation)

    headers = {parameter["name"]: parameter["required"] for parameter in found.parameters("header")}
    expected: dict[str, JsonValue] = {"X-Correlation-ID": False, "traceparent": False}
    if operation in POSTS:
        expected["Idempotency-Key"] = True
    if operation in COMPENSATIONS:
        expected["X-Compensates"] = OPERATIONS[operation].function is None
    if operation == "patchGroup":
        expected["callback-url"] = False
    assert headers == expected


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_problems_are_described(stand_ins: StandIns, operation: str) -> None:
    """Each refusal that an operation declares is among its responses, with an example."""
    found = await described(stand_ins, operation)

    for refusal in OPERATIONS[operation].refusals:
        content = found.content(refusal.status, "application/problem+json")
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert found.example(content, refusal.name)["type"] == refusal.uri


@pytest.mark.parametrize("operation", POSTS)
async def test_answers_are_as_described(stand_ins: StandIns, operation: str) -> None:
    """An answer and a problem keep to the schemas that the document gives for them."""
    sent = await input_of(stand_ins, operation)
    found = await described(stand_ins, operation)
    compensates = "step" if operation in COMPENSATIONS else ""
    await stand_ins.faults.add(operation, "refuse")

    for _ in range(2):
        answer = await send(stand_ins, operation, sent, compensates=compensates)
        schema = found.schema(answer.status_code, answer.headers["content-type"])
        assert [] == [error.message for error in OAS31Validator(schema).iter_errors(answer.json())]


@pytest.mark.parametrize("operation", POSTS)
async def test_examples_are_accepted(stand_ins: StandIns, operation: str) -> None:
    """Each request body that a document gives as an example keeps to its schema."""
    found = await described(stand_ins, operation)

    for example in found.request_examples():
        assert [] == [error.message for error in OAS31Validator(found.request_schema()).iter_errors(example)]
    assert found.request_examples()


async def test_the_documents_are_enough_to_place_an_order(stand_ins: StandIns) -> None:
    """By operationId, with example bodies, and the reservation's `id` as `reservationId` in the query."""
    outputs: dict[str, str] = {}
    for operation in FLOW:
        found: Described = await described(stand_ins, operation)
        query = {
            str(parameter["name"]): outputs["reserveInventory"] for parameter in found.parameters("query")
        }
        answer = await stand_ins.http.post(
            found.path, json=found.request_examples()[0], params=query, headers={"Idempotency-Key": new_key()}
        )
        outputs[operation] = answer.json()["id"]

    assert FLOW == [effect.operation for effect in await stand_ins.open_effects()]
    assert list(outputs.values()) == [effect.resource_id for effect in await stand_ins.open_effects()]


async def test_the_shipment_takes_the_reservation_in_its_query(stand_ins: StandIns) -> None:
    """`reservationId` is the one query parameter of createShipment, and required."""
    (parameter,) = (await described(stand_ins, "createShipment")).parameters("query")

    assert (parameter["name"], parameter["required"]) == ("reservationId", True)


async def test_operation_ids_are_unique(stand_ins: StandIns) -> None:
    """Over all services an operationId stands for one operation."""
    ids: list[str] = []
    for name in NAMES:
        document = (await stand_ins.http.get(f"/{name}/openapi.json")).json()
        ids += [
            operation["operationId"] for path in document["paths"].values() for operation in path.values()
        ]

    assert sorted(OPERATIONS) == sorted(ids)
