"""One call of a step: its request from the step's input, and its verdict from what came back. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import JsonValue

from arazzo.context import Context, Request
from arazzo.elements import Parameter, RequestBody, Value
from arazzo.expression_error import ExpressionError
from arazzo.fitting import misfits
from arazzo.json_templates import render_json_text
from arazzo.openapi.bodies import ABSENT, Body
from arazzo.openapi.content_types import JSON, is_json, json_first
from arazzo.openapi.errors import OpenApiError
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.operation import Operation
from arazzo.openapi.requests import build_request
from arazzo.rendering import render
from arazzo.replacements import replace as replaced
from arazzo.step_input import StepInput
from arazzo.templates import as_text
from models.seals import masked, masked_text

Role = Literal["call", "compensation", "probe"]

COMPENSATES = "X-Compensates"
KEY_TO_COME = "key-to-come"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to be sent, and as expressions see it."""

    operation: Operation
    http: HttpRequest
    request: Request
    key_header: str | None = None
    """The header that the operation declares for an idempotency key, unless the document says itself what goes there."""
    misfits: tuple[str, ...] = ()
    """What of it is not as the operation is described: a request that has any is not sent."""


class NotPrepared(Exception):
    """The request cannot be built: nothing was sent, and nothing would be."""


def prepare(
    step: StepInput,
    role: Role = "call",
    *,
    outputs: dict[str, JsonValue] | None = None,
    key: str | None = None,
) -> Prepared:
    """The request for the step's operation, its compensation or its probe; raises NotPrepared.

    `outputs` are the step's own, where its compensation may read them; `key` goes into the header that the operation
    declares for it. Who sends an undo says which key it undoes, in `X-Compensates`.
    """
    operation, parameters, body = _what(step, role)
    context = step.context if outputs is None else step.with_outputs(outputs)
    try:
        said = [(one.name, _place(one), render(one.value, context)) for one in parameters]
        given = said + _of_the_engine(operation, role)
        header = _key_header(operation, given)
        if key is not None and header is not None:
            given.append((header, "header", key))
        content, kind = _content(body, operation, context)
        http = build_request(
            operation,
            parameters=given,
            body=content,
            content_type=kind,
            server=step.servers.get(operation.source),
        )
    except (ExpressionError, OpenApiError) as error:
        raise NotPrepared(str(error)) from None
    wrong = misfits(operation, said, content, kind)
    return Prepared(operation, http, _seen(operation, http, given, content), header, wrong)


def arguments(step: StepInput) -> dict[str, JsonValue]:
    """What a step gives to code: the fields of its body, and its parameters by their names; raises NotPrepared."""
    given = (one for one in step.planned.step.parameters if isinstance(one, Parameter))
    return _arguments(tuple(given), step.planned.step.request_body, step.context)


def undo_arguments(step: StepInput, outputs: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """What code that takes a step back is given: what it says, or else just what the step was given."""
    undo = step.planned.step.own.compensate
    if undo is None or not (undo.parameters or undo.request_body):
        return arguments(step)
    return _arguments(undo.parameters, undo.request_body, step.with_outputs(outputs))


def _arguments(
    parameters: Iterable[Parameter], body: RequestBody | None, context: Context
) -> dict[str, JsonValue]:
    try:
        found: dict[str, JsonValue] = {}
        if body is not None:
            rendered = payload(body, context, JSON)
            found.update(rendered if isinstance(rendered, dict) else {"body": rendered})
        return found | {one.name: render(one.value, context) for one in parameters}
    except ExpressionError as error:
        raise NotPrepared(str(error)) from None


def payload(body: RequestBody, context: Context, kind: str) -> JsonValue:
    """The payload that a body means, replacements made; raises ExpressionError."""
    if isinstance(body.payload, str) and is_json(kind) and "{$" in body.payload:
        rendered = render_json_text(body.payload, context)
    else:
        rendered = render(body.payload, context, selectors=body.selectors)
    return replaced(rendered, body.replacements, context, content_type=kind)


def question(prompt: str, context: Context) -> str:
    """What people and agents are asked; they see of sealed values that there is one."""
    found = masked(shown(prompt, context))
    return prompt if found is None else masked_text(as_text(found))


def shown(value: Value, context: Context) -> JsonValue:
    """A value for people, or None where it cannot be rendered."""
    try:
        return render(value, context)
    except ExpressionError:
        return None


def _what(step: StepInput, role: Role) -> tuple[Operation, Iterable[Parameter], RequestBody | None]:
    """The operation, with what is given to it."""
    planned, own = step.planned, step.planned.step.own
    if role == "call":
        given = (one for one in planned.step.parameters if isinstance(one, Parameter))
        found = planned.call.operation, tuple(given), planned.step.request_body
    else:
        undo = role == "compensation"
        call, beside = (planned.compensation, own.compensate) if undo else (planned.probe, own.probe)
        operation = call.operation if call else None
        found = operation, beside.parameters if beside else (), beside.request_body if beside else None
    if found[0] is None:
        raise NotPrepared(f"{step.name} has no operation for its {role}")
    return found[0], found[1], found[2]


def _content(body: RequestBody | None, operation: Operation, context: Context) -> tuple[Body, str | None]:
    if body is None:
        return ABSENT, None
    declared = json_first(one.content_type for one in operation.bodies)
    kind = body.content_type or (declared[0] if declared else JSON)
    return payload(body, context, kind), body.content_type


def has_nothing_to_name(step: StepInput) -> bool:
    """Whether a step that its probe has not seen cannot be undone: only what it gave would say what to undo.

    Any other undo is made all the same, since the step's request may be on its way, and is refused after it.
    """
    undo = step.planned.step.own.compensate
    reads_own = undo is not None and f"$steps.{step.name}.outputs" in undo.model_dump_json()
    return step.planned.probe is not None and reads_own


def _key_header(operation: Operation, given: list[tuple[str, str | None, JsonValue]]) -> str | None:
    declared = operation.declares_key
    if declared is None:
        return None
    said = {name.lower() for name, place, value in given if place == "header" and value is not None}
    return None if declared.lower() in said else declared


def _of_the_engine(operation: Operation, role: Role) -> list[tuple[str, str | None, JsonValue]]:
    """What an undo has to name and no document can know; who sends it puts the key there."""
    declared = any(one.location == "header" and one.name == COMPENSATES for one in operation.parameters)
    return [(COMPENSATES, "header", KEY_TO_COME)] if role == "compensation" and declared else []


def _place(parameter: Parameter) -> str | None:
    return None if parameter.location is None else str(parameter.location)


def _seen(
    operation: Operation, http: HttpRequest, given: list[tuple[str, str | None, JsonValue]], body: Body
) -> Request:
    """Only parameters that the operation declares may be referred to (F13); in compat tools send others, too."""
    places = {(one.name, one.location) for one in operation.parameters}

    def at(location: str) -> dict[str, JsonValue]:
        return {name: value for name, place, value in given if place == location and (name, place) in places}

    headers = {name: value for name, value in http.headers}  # noqa: C416 - pairs of a tuple
    content = body if isinstance(body, str | int | float | bool | list | dict) else None
    return replace(
        Request(method=http.method, url=http.url),
        headers=headers,
        query=at("query"),
        path=at("path"),
        body=content,
    )
