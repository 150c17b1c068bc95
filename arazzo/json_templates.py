"""Bodies that are JSON as a text with expressions in it: no value can break out of its place.

The text says that strings are embedded as they are (F11). A stranger's string with a quotation mark in it would then
end the string that it stands in and add members of its own. So the template is read as JSON first, with marks where the
expressions stand, and each value goes to its mark.
"""

import json
import re

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression
from arazzo.templates import Pieces, as_text, pieces_of

_QUOTES = re.compile(r'\\.|"', re.DOTALL)
_MARK = re.compile("\ue000(\\d+)\ue001")
_OPEN, _CLOSE = "\ue000", "\ue001"


def render_json_text(text: str, context: Context) -> JsonValue:
    """The value that a JSON text means when its expressions are evaluated; raises `ExpressionError`.

    In quotation marks an expression is embedded as a text; without them it is the whole value, its type kept.
    """
    if _OPEN in text or _CLOSE in text:
        raise ExpressionError("a template holds a character of the private use area, U+E000 or U+E001")
    pieces = pieces_of(text, lenient=context.lenient, version=context.version, limits=context.limits)
    values = [evaluate(piece, context) for piece in pieces if isinstance(piece, Expression)]
    try:
        template: JsonValue = json.loads(_marked(pieces))
    except ValueError as error:
        raise ExpressionError(f"the template is no JSON: {error}") from None
    return _filled(template, values)


def _marked(pieces: Pieces) -> str:
    """The template with a mark for each expression: a string of its own where it stands outside of one."""
    found: list[str] = []
    inside, count = False, 0
    for piece in pieces:
        if isinstance(piece, str):
            found.append(piece)
            inside ^= sum(quote[0] == '"' for quote in _QUOTES.finditer(piece)) % 2 == 1
            continue
        mark = f"{_OPEN}{count}{_CLOSE}"
        found.append(mark if inside else json.dumps(f"={mark}", ensure_ascii=False))
        count += 1
    return "".join(found)


def _filled(value: JsonValue, values: list[JsonValue]) -> JsonValue:
    match value:
        case list():
            return [_filled(item, values) for item in value]
        case dict():
            return {_text(name, values): _filled(member, values) for name, member in value.items()}
        case str():
            whole = _MARK.fullmatch(value.removeprefix("="))
            return values[int(whole[1])] if whole and value.startswith("=") else _text(value, values)
        case _:
            return value


def _text(text: str, values: list[JsonValue]) -> str:
    return _MARK.sub(lambda mark: as_text(values[int(mark[1])]), text)
