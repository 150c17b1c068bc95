"""What a service's OpenAPI document says beyond what its functions tell: headers, problems, where it is."""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.backstage.operations import Operation
from services.backstage.problems import (
    ALREADY_COMPENSATED,
    COMPENSATES_MISSING,
    COMPENSATES_OTHER,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    KEY_IN_PROGRESS,
    KEY_MISSING,
    KEY_REUSED,
    MEDIA_TYPE,
    THROTTLED,
    UNAUTHORIZED,
    UNAVAILABLE,
    FieldError,
    Problem,
    ProblemType,
)
from services.backstage.stage import COMPENSATES_HEADER, CORRELATION_HEADER, KEY_HEADER, MAX_KEY_LENGTH

Json = dict[str, Any]  # an OpenAPI fragment, as FastAPI takes it

ANYWHERE = (INVALID_REQUEST, UNAUTHORIZED, THROTTLED, INTERNAL_ERROR, UNAVAILABLE)
KEYED = (KEY_MISSING, KEY_REUSED, KEY_IN_PROGRESS, ALREADY_COMPENSATED)
COMPENSATING = (COMPENSATES_MISSING, COMPENSATES_OTHER)


class DescribedService(FastAPI):
    """A FastAPI application whose document has the schema of the problems that its operations refer to."""

    def openapi(self) -> Json:
        document = super().openapi()
        components = document.setdefault("components", {}).setdefault("schemas", {})
        _, definitions = models_json_schema(
            [(Problem, "serialization"), (FieldError, "serialization")],
            ref_template="#/components/schemas/{model}",
        )
        components.update(definitions["$defs"])
        return document


def parameters(operation: Operation) -> list[Json]:
    keyed = operation.method != "GET"
    return [
        *([_key_header()] if keyed else []),
        *([_compensates_header(operation)] if operation.compensation else []),
        _header(CORRELATION_HEADER, "the flow that this call belongs to", "order-A-1"),
        _header(
            "traceparent", "W3C trace context", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        ),
    ]


def responses(operation: Operation) -> dict[int | str, Json]:
    """The problems that the operation can answer, by status."""
    problems: Iterable[ProblemType] = (
        *operation.refusals,
        *(KEYED if operation.method != "GET" else ()),
        *(COMPENSATING if operation.compensation else ()),
        *ANYWHERE,
    )
    by_status = attrgetter("status")
    answers = {s: _answer(list(group)) for s, group in groupby(sorted(problems, key=by_status), by_status)}
    if operation.function and operation.compensation:
        either = operation.status == HTTPStatus.OK
        model = operation.compensation.model
        answers[200] = {
            "description": "Done, or compensated" if either else "Compensated",
            "model": operation.answers | model if either else model,
        }
    return dict(answers)


def _answer(problems: list[ProblemType]) -> Json:
    return {
        "description": "; ".join(problem.title for problem in problems),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {problem.name: {"value": _example(problem)} for problem in problems},
            }
        },
    }


def _example(problem: ProblemType) -> Json:
    return {"type": problem.uri, "title": problem.title, "status": problem.status, "detail": problem.title}


def _key_header() -> Json:
    header = _header(
        KEY_HEADER, "the same for every attempt at the same effect", "a2f0c7de-6b8e-5a39-9a55-2f6c1f9d9e07"
    )
    header["required"] = True
    header["schema"] |= {"minLength": 1, "maxLength": MAX_KEY_LENGTH}
    return header


def _compensates_header(operation: Operation) -> Json:
    header = _header(
        COMPENSATES_HEADER, "the Idempotency-Key of the step to undo", "5d5e0b1c-0c55-5d0f-8a8e-6f5a3f0f3f11"
    )
    header["required"] = operation.function is None
    return header


def _header(name: str, description: str, example: str) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }
