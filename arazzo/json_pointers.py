"""JSON Pointers (RFC 6901): read, write, follow."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from arazzo.expression_error import ExpressionError

Pointer = tuple[str, ...]
"""Its reference tokens, with nothing escaped; empty is the whole value."""

_BAD_ESCAPE = re.compile(r"~(?![01])")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def parse_pointer(text: str) -> Pointer:
    """The tokens of a pointer as it is written; raises `ExpressionError`."""
    if not text:
        return ()
    if not text.startswith("/"):
        raise ExpressionError(f"{text!r} is no JSON Pointer: it has to begin with a slash")
    if _BAD_ESCAPE.search(text):
        raise ExpressionError(f"{text!r} is no JSON Pointer: ~ stands only in ~0 and ~1")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def print_pointer(tokens: Sequence[str]) -> str:
    """The pointer with these tokens, as it is written."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def index_of(token: str) -> int | None:
    """The array index that a token means, if it means one: no leading zeros, and no `-`."""
    return int(token) if _INDEX.fullmatch(token) else None


def follow(value: JsonValue, tokens: Sequence[str]) -> JsonValue:
    """What a pointer leads to; None where it leads nowhere (D16)."""
    for token in tokens:
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list):
            index = index_of(token)
            value = value[index] if index is not None and index < len(value) else None
        else:
            return None
    return value
