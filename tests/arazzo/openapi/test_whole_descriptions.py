"""Whole descriptions: those of our stand-ins, and those that others have published."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.openapi.examples import sample, sample_response
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.operation import DeclaredBody, DeclaredParameter, Operation
from arazzo.openapi.operations import Operations
from arazzo.openapi.requests import build_request
from arazzo.openapi.styles import is_undefined
from arazzo.problems import Problems
from arazzo.source import read
from tests.arazzo.conftest import CORPUS

STAND_INS = sorted((Path(__file__).parents[3] / "examples" / "openapi").glob("*.json"))
COUNTS = Path(__file__).with_name("corpus_counts.json")
SERVER = "https://api.example.com"


def of_file(path: Path) -> Operations | None:
    """The operations of a file; None if it is no OpenAPI description."""
    try:
        value = read(path.read_bytes(), uri=path.as_uri(), limits=DESCRIPTION_LIMITS).value
    except Problems:
        return None
    if not isinstance(value, dict) or "openapi" not in value:
        return None
    return Operations.of(value, source="api", base_uri=path.as_uri())


def sampled(parameter: DeclaredParameter) -> JsonValue:
    """A value for a parameter, whatever its schema leaves open."""
    value = sample(parameter.schema_)
    return "value" if is_undefined(value) or value == "" else value


def requested(operation: Operation, declared: DeclaredBody | None = None) -> HttpRequest:
    """A request with all that an operation declares."""
    parameters = [(one.name, one.location, sampled(one)) for one in operation.parameters]
    server = None if operation.servers[0].startswith("http") and "{" not in operation.servers[0] else SERVER
    if declared is None:
        return build_request(operation, parameters=parameters, server=server, strict=True)
    value = sample(declared.schema_)
    structured = declared.content_type.startswith("multipart/") or declared.content_type.endswith(
        "form-urlencoded"
    )
    body: JsonValue = (value or {"a": 1}) if structured else value
    if "json" not in declared.content_type and not structured:
        body = "text"
    content_type = "application/octet-stream" if "*" in declared.content_type else declared.content_type
    return build_request(
        operation, parameters=parameters, server=server, strict=True, body=body, content_type=content_type
    )


def test_the_descriptions_of_the_stand_ins_are_there() -> None:
    """Else the next test would say nothing."""
    assert {"payments", "inventory", "shipping", "people"} <= {path.stem for path in STAND_INS}


@pytest.mark.parametrize("path", STAND_INS, ids=lambda path: path.stem)
def test_each_operation_of_a_stand_in_can_be_called(path: Path) -> None:
    """Found by its id and by its pointer, a request built, an answer made; what has an effect declares a key."""
    described = json.loads(path.read_bytes())
    methods = [
        (where, method)
        for where, item in described["paths"].items()
        for method in item
        if method != "parameters"
    ]
    api = of_file(path)
    assert api is not None
    assert len(methods) == len(api) == len(api.ids)
    for where, method in methods:
        found = api.by_pointer(f"#/paths/{where.replace('~', '~0').replace('/', '~1')}/{method}")
        assert found == api.by_id(str(found.operation_id))
        for declared in found.bodies or (None,):
            request = requested(found, declared)
            assert request.url.startswith(f"{described['servers'][0]['url']}/")
            assert found.bodies == () or json.loads(request.content)
        assert 200 <= sample_response(found).status < 300
        assert (found.method != "GET") is (found.declares_key == "Idempotency-Key")


def test_every_published_description_can_be_called() -> None:
    """Each operation of each is found, and a request built with each of its bodies; without the corpus, none."""
    counted = json.loads(COUNTS.read_text())
    found: dict[str, list[int]] = {}
    for path in sorted((CORPUS / "corpus").rglob("*")):
        if path.suffix not in {".yaml", ".yml", ".json"} or b"openapi" not in path.read_bytes()[:4096]:
            continue
        if (api := of_file(path)) is None:
            continue
        requests = [requested(one, declared) for one in api for declared in (one.bodies or (None,))]
        found[path.relative_to(CORPUS / "corpus").as_posix()] = [len(api), len(api.ids), len(requests)]
    assert (counted if CORPUS.is_dir() else {}) == found
