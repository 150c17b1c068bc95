"""Small OpenAPI descriptions for tests: the least that is one, and what a test adds to it."""

from typing import Any

from hypothesis import settings

from arazzo.openapi.operation import Operation
from arazzo.openapi.operations import Operations

Fields = dict[str, Any]
Field = Any

some = settings(max_examples=60, deadline=None, database=None)
"""Machines differ in speed, and a failure is to be found again by its seed alone."""

ADDRESS = "https://api.example.com"
FOUND_AT = "https://docs.example.com/apis/api.json"


def description(paths: Fields | None = None, *, version: str = "3.1.0", **fields: Field) -> Fields:
    """A description of these paths."""
    return {
        "openapi": version,
        "info": {"title": "A test", "version": "1"},
        "servers": [{"url": ADDRESS}],
        "paths": paths or {},
        **fields,
    }


def operations(paths: Fields | None = None, *, base_uri: str = FOUND_AT, **fields: Field) -> Operations:
    """Those of a description of these paths."""
    return Operations.of(description(paths, **fields), source="api", base_uri=base_uri)


def operation(path: str = "/things", method: str = "get", **fields: Field) -> Operation:
    """One, with these fields of an Operation Object."""
    return operations({path: {method: fields}}).by_path(path, method)


def parameter(name: str, location: str, **fields: Field) -> Fields:
    """A Parameter Object."""
    schema: Fields = {} if "content" in fields else {"schema": {}}
    return {"name": name, "in": location, **schema, **fields}


def body(content_type: str, schema: Field = None, **media: Field) -> Fields:
    """A Request Body Object of one content type."""
    return {"content": {content_type: {"schema": schema or {}, **media}}}
