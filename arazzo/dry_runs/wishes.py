"""Wishes for an answer: values that it should have, and how it gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.elements import Value
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source
from arazzo.grammar import parse
from arazzo.json_pointers import Pointer, index_of

LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """One value that an answer should have."""

    pointer: Pointer
    value: JsonValue
    header: str | None = None
    """The name of a header; None: it is in the body."""


Way = tuple[Wish, ...]
"""All of them together make it so."""


@dataclass(frozen=True, slots=True)
class View:
    """What is known before the answer, and which of the step's outputs come of it."""

    context: Context
    step: str = ""
    outputs: Mapping[str, Value] = field(default_factory=dict[str, Value])

    def parsed(self, text: str) -> Expression:
        """Raises ExpressionError."""
        context = self.context
        return parse(text, lenient=context.lenient, version=context.version, limits=context.limits)

    def behind(self, expression: Expression) -> Expression:
        """What an output of the step itself is read from."""
        if expression.source is not Source.STEPS or expression.owner != self.step:
            return expression
        output = self.outputs.get(expression.name or "")
        if not isinstance(output, str) or not output.startswith("$"):
            return expression
        source = self.parsed(output)
        return replace(source, pointer=(*source.pointer, *expression.pointer))


def granted(way: Way, body: JsonValue, headers: Mapping[str, str]) -> tuple[JsonValue, dict[str, str]]:
    """An answer with what is wished for."""
    made = dict(headers)
    for wish in way:
        if wish.header is not None:
            made[wish.header] = "" if wish.value is None else str(wish.value)
        else:
            body = _with(body, wish.pointer, wish.value)
    return body, made


def pointer_into_body(value: Value, view: View) -> Pointer | None:
    """Where in an answer a value is read, if it is one expression that reads it there."""
    if not isinstance(value, str) or not value.startswith("$response.body"):
        return None
    try:
        return view.parsed(value).pointer
    except ExpressionError:
        return None


def _with(body: JsonValue, pointer: Pointer, value: JsonValue) -> JsonValue:
    """A copy that has a value at a place, and whatever has to be around it."""
    if not pointer:
        return value
    token, *rest = pointer
    index = index_of(token)
    if isinstance(body, list) or (index is not None and not isinstance(body, dict)):
        items = list(body) if isinstance(body, list) else []
        at = min(index or 0, LONGEST_LIST)
        items += [None] * (at + 1 - len(items))
        items[at] = _with(items[at], tuple(rest), value)
        return items
    fields = dict(body) if isinstance(body, dict) else {}
    fields[token] = _with(fields.get(token), tuple(rest), value)
    return fields
