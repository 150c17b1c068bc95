"""Evaluates runtime expressions: types are kept, and what is missing is null (F9, D16)."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from arazzo.context import NOTHING, Context, Message, Response, Values, WorkflowValues
from arazzo.expressions import Expression, Source
from arazzo.grammar import parse
from arazzo.json_pointers import follow


def evaluate(expression: str | Expression, context: Context) -> JsonValue:
    """What an expression refers to; the value itself, not a copy. Raises `ExpressionError` where it is none."""
    if isinstance(expression, str):
        expression = parse(
            expression, lenient=context.lenient, version=context.version, limits=context.limits
        )
    value = _LOOK_UPS[expression.source](expression, context)
    return follow(value, expression.pointer) if expression.pointer else value


def _request(expression: Expression, context: Context) -> JsonValue:
    request = context.request
    if request is None:
        return None
    match expression.part:
        case "header":
            return _header(request.headers, expression.name)
        case "query":
            return request.query.get(expression.name or "")
        case "path":
            return request.path.get(expression.name or "")
        case _:
            return request.body


def _response(expression: Expression, context: Context) -> JsonValue:
    match context.response, expression.part:
        case Response(headers=headers), "header":
            return _header(headers, expression.name)
        case Response(body=body), "body" | "payload":
            return body
        case _:
            return None


def _message(expression: Expression, context: Context) -> JsonValue:
    match context.message, expression.part:
        case Message(headers=headers), "header":
            return _header(headers, expression.name)
        case Message(payload=payload), "body" | "payload":
            return payload
        case _:
            return None


def _header(headers: Mapping[str, str], name: str | None) -> str | None:
    """Header names know no case (F9); the exact one is the quick way."""
    if name is None or name in headers:
        return headers.get(name or "")
    wanted = name.lower()
    return next((value for given, value in headers.items() if given.lower() == wanted), None)


def _source_description(expression: Expression, context: Context) -> JsonValue:
    """An operation or workflow stands for itself by its id; else it is a field of the description (F12)."""
    source = context.sources.get(expression.owner)
    if source is None or expression.name is None:
        return None
    return expression.name if expression.name in source.ids else source.fields.get(expression.name)


def _workflow(expression: Expression, context: Context) -> JsonValue:
    workflow = context.workflows.get(expression.owner, WorkflowValues())
    return _named(workflow.inputs if expression.part == "inputs" else workflow.outputs, expression)


def _named(values: Values, expression: Expression) -> JsonValue:
    """The value of that name: `a.b` is the one that is called so, and only else the property b of a (F10)."""
    name = expression.name
    if name is None:
        return dict(values)
    if name in values or not expression.dots_dereference:
        return values.get(name)
    end = len(name)
    while (end := name.rfind(".", 0, end)) > 0:
        if name[:end] in values:
            return follow(values[name[:end]], name[end + 1 :].split("."))
    return None


_LOOK_UPS: dict[Source, Callable[[Expression, Context], JsonValue]] = {
    Source.URL: lambda _, context: context.request.url if context.request else None,
    Source.METHOD: lambda _, context: context.request.method if context.request else None,
    Source.STATUS_CODE: lambda _, context: context.response.status if context.response else None,
    Source.REQUEST: _request,
    Source.RESPONSE: _response,
    Source.MESSAGE: _message,
    Source.INPUTS: lambda expression, context: _named(context.inputs, expression),
    Source.OUTPUTS: lambda expression, context: _named(context.outputs, expression),
    Source.STEPS: lambda expression, context: _named(
        context.steps.get(expression.owner, NOTHING), expression
    ),
    Source.WORKFLOWS: _workflow,
    Source.SOURCE_DESCRIPTIONS: _source_description,
    Source.COMPONENTS: lambda expression, context: _named(
        context.components.get(expression.part, NOTHING), expression
    ),
    Source.SELF: lambda _, context: context.self_uri,
    Source.INTERACTION: lambda _, context: context.interaction,
}
