"""Values with expressions in them: a whole one keeps its type, embedded ones become text (C7, C9, F4, F8, F11)."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.elements import Selector
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, looks_like_expression
from arazzo.grammar import parse
from arazzo.limits import LIMITS, Limits

_EMBEDDED = re.compile(r"\{(\$[^{}]*)(\}?)")

Pieces = tuple[str | Expression, ...]


def render_text(text: str, context: Context) -> JsonValue:
    """What a text stands for: the value of the expression that it is, or itself with what is embedded filled in.

    Raises `ExpressionError`.
    """
    return evaluate(text, context) if looks_like_expression(text) else substitute(text, context)


def substitute(text: str, context: Context) -> str:
    """A text with the embedded expressions as texts, and nothing else changed."""
    if "{$" not in text:
        return text
    return fill(
        pieces_of(text, lenient=context.lenient, version=context.version, limits=context.limits), context
    )


def fill(pieces: Pieces, context: Context) -> str:
    """The text that the pieces make."""
    most = left = context.limits.result_bytes
    parts: list[str] = []
    for piece in pieces:
        part = piece if isinstance(piece, str) else as_text(evaluate(piece, context))
        left -= len(part)
        if left < 0:
            raise ExpressionError(f"a text of more than {most} characters comes of a template")
        parts.append(part)
    return "".join(parts)


def as_text(value: JsonValue) -> str:
    """A value as it is embedded: texts as they are, structures as JSON, anything else as JSON writes it."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"a value cannot be written as JSON: {error}") from None


def pieces_of(text: str, *, lenient: bool = False, version: str = "1.1", limits: Limits = LIMITS) -> Pieces:
    """The literal and the embedded parts of a text; raises `ExpressionError` for an expression that is not well formed.

    Braces around anything else are literal, so that JSON can be a template.
    """
    if "{$" not in text:
        return (text,) if text else ()
    if len(text) > limits.result_bytes:
        raise ExpressionError(
            f"a template of {len(text)} characters is too long: {limits.result_bytes} at most"
        )
    return _pieces(text, lenient, version, limits)


@lru_cache(maxsize=256)
def _pieces(text: str, lenient: bool, version: str, limits: Limits) -> Pieces:  # noqa: FBT001  as a cache's key
    pieces: list[str | Expression] = []
    end = 0
    for found in _EMBEDDED.finditer(text):
        inner, closed = found.groups()
        if not looks_like_expression(inner):
            continue
        if not closed:
            raise ExpressionError(f"the brace before {inner[:40]!r} is never closed")
        if literal := text[end : found.start()]:
            pieces.append(literal)
        pieces.append(parse(inner, lenient=lenient, version=version, limits=limits))
        end = found.end()
    if literal := text[end:]:
        pieces.append(literal)
    return tuple(pieces)


def expressions_in_text(
    text: str, *, lenient: bool = False, version: str = "1.1", limits: Limits = LIMITS
) -> tuple[Expression, ...]:
    """The expressions that a text is or holds; raises `ExpressionError` for one that is not well formed."""
    if looks_like_expression(text):
        return (parse(text, lenient=lenient, version=version, limits=limits),)
    pieces = pieces_of(text, lenient=lenient, version=version, limits=limits)
    return tuple(piece for piece in pieces if isinstance(piece, Expression))


def expressions_in(
    value: JsonValue | Selector, *, lenient: bool = False, version: str = "1.1", limits: Limits = LIMITS
) -> Iterator[Expression]:
    """All expressions in a value as a document has it, those of selectors too; raises as `expressions_in_text`."""
    waiting: list[JsonValue] = [value.context, value.selector] if isinstance(value, Selector) else [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield from expressions_in_text(text, lenient=lenient, version=version, limits=limits)
            case list() as items:
                waiting += reversed(items)
            case dict() as members:
                waiting += reversed(members.values())
            case _:
                pass
