"""Small documents for tests: the least that is one, and what a test adds to it."""

from typing import Any

import yaml

from arazzo.loading import Document, load
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode

Fields = dict[str, Any]
Field = Any


def step(name: str = "one", /, **fields: Field) -> Fields:
    """A step that calls an operation, unless `target` is None."""
    target = {} if {"workflowId", "operationPath", "channelPath"} & fields.keys() else {"operationId": "call"}
    return {"stepId": name, **target, **fields}


def workflow(name: str = "main", /, steps: list[Fields] | None = None, **fields: Field) -> Fields:
    """A workflow of one step, unless it is given others."""
    return {"workflowId": name, "steps": [step()] if steps is None else steps, **fields}


def document(*workflows: Fields, version: str = "1.1.0", **fields: Field) -> Fields:
    """A document with one OpenAPI source."""
    return {
        "arazzo": version,
        "info": {"title": "A test", "version": "1"},
        "sourceDescriptions": [{"name": "api", "url": "api.yaml", "type": "openapi"}],
        "workflows": list(workflows) or [workflow()],
        **fields,
    }


def written(fields: Fields) -> str:
    """As a person would write it down."""
    return yaml.safe_dump(fields, sort_keys=False)


def loaded(fields: Fields, mode: Mode = Mode.STRICT, uri: str = "file:///flows/test.arazzo.yaml") -> Document:
    """The document, read."""
    return load(written(fields), uri=uri, mode=mode)


def refusals(fields: Fields, mode: Mode = Mode.STRICT) -> list[Problem]:
    """Why a document is refused; empty if it is not."""
    try:
        loaded(fields, mode)
    except Problems as refused:
        return list(refused.problems)
    return []


def with_step(**fields: Field) -> Fields:
    """A document of one step."""
    return document(workflow(steps=[step(**fields)]))
