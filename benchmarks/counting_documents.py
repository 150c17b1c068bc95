"""Counting as a document: so many steps one after the other, or one step that goes back to itself."""

import json
from pathlib import Path
from typing import Any

SOURCE = "counter"
WORKFLOW = "counting"
_SCHEMA = {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}, "required": ["n"]}
_OPERATION = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _SCHEMA}}},
    "responses": {"200": {"description": "Counted", "content": {"application/json": {"schema": _SCHEMA}}}},
}
_DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "Counter", "version": "1.0.0"},
    "servers": [{"url": "http://127.0.0.1:8090/counter"}],
    "paths": {
        "/counts": {"post": {"operationId": "count", **_OPERATION}},
        "/counts/back": {"post": {"operationId": "takeBack", **_OPERATION}},
    },
}


def write_documents(folder: Path, *, steps: int, loop: bool) -> Path:
    """The document, beside the description of what it calls."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "counter.openapi.json").write_text(json.dumps(_DESCRIPTION))
    listed = [_again(steps)] if loop else [_step(number) for number in range(steps)]
    last = listed[-1]["stepId"]
    document = {
        "arazzo": "1.0.1",
        "info": {"title": "Counting", "version": "1.0.0"},
        "sourceDescriptions": [{"name": SOURCE, "url": "counter.openapi.json", "type": "openapi"}],
        "workflows": [
            {"workflowId": WORKFLOW, "steps": listed, "outputs": {"n": f"$steps.{last}.outputs.n"}}
        ],
    }
    file = folder / f"{'loop' if loop else 'chain'}-{steps}.arazzo.json"
    file.write_text(json.dumps(document))
    return file


def _step(number: int) -> dict[str, Any]:
    so_far = f"$steps.count{number}.outputs.n" if number else 0
    return _counting(f"count{number + 1}", so_far, undone=so_far)


def _again(times: int) -> dict[str, Any]:
    """It begins with nothing counted, which the service takes for zero."""
    on_success = {
        "name": "again",
        "type": "goto",
        "stepId": "count",
        "criteria": [{"condition": f"$response.body#/n < {times}"}],
    }
    return {**_counting("count", "$steps.count.outputs.n", undone=0), "onSuccess": [on_success]}


def _counting(name: str, so_far: object, *, undone: object) -> dict[str, Any]:
    """Its undo is not given what the step itself answers."""
    return {
        "stepId": name,
        "operationId": "count",
        "requestBody": {"payload": {"n": so_far}},
        "successCriteria": [{"condition": "$statusCode == 200"}],
        "outputs": {"n": "$response.body#/n"},
        "x-idempotency": {"header": "Idempotency-Key"},
        "x-compensate": {"operationId": "takeBack", "requestBody": {"payload": {"n": undone}}},
    }
