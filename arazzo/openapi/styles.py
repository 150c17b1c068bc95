"""The styles in which parameters and form fields are written (Style Values, Style Examples; RFC 6570).

null, and empty lists and objects, are what RFC 6570 calls undefined: alone they are nothing, inside others left out.
"""

from collections.abc import Sequence
from itertools import chain

from pydantic import JsonValue

from arazzo.openapi.operation import Style
from arazzo.openapi.values import Encode, text

Pair = tuple[str, str]
"""A name and a value, both encoded."""

DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def is_undefined(value: JsonValue) -> bool:
    """Whether there is nothing to write."""
    return _defined(value) is None


def segment(name: str, value: JsonValue, style: Style, *, explode: bool, encode: Encode) -> str:
    """What stands in a path or a header: matrix, label or simple."""
    defined = _defined(value)
    if defined is None:
        return ""
    pieces = _pieces(defined, explode=explode, encode=encode)
    match style:
        case "matrix" if explode and isinstance(defined, dict):
            return "".join(f";{piece}" for piece in pieces)
        case "matrix":
            key = encode(name)
            values = pieces if explode else [",".join(pieces)]
            return "".join(f";{key}={one}" if one else f";{key}" for one in values)
        case "label":
            return "." + ("." if explode else ",").join(pieces)
        case _:
            return ",".join(pieces)


def pairs(name: str, value: JsonValue, style: Style, *, explode: bool, encode: Encode) -> list[Pair]:
    """What stands in a query, a cookie or a form: form, spaceDelimited, pipeDelimited, deepObject or cookie."""
    defined, key = _defined(value), encode(name)
    if defined is None:
        return []
    if style == "deepObject" and isinstance(defined, dict):
        return list(
            chain.from_iterable(_deep(f"{name}[{one}]", inner, encode) for one, inner in defined.items())
        )
    if explode and isinstance(defined, dict):
        return [(encode(one), encode(text(inner))) for one, inner in defined.items()]
    if isinstance(defined, list) and (explode or style == "deepObject"):
        return [(key, encode(text(one))) for one in defined]
    delimiter = encode(DELIMITERS[style]) if style in DELIMITERS else ","
    return [(key, delimiter.join(_pieces(defined, explode=False, encode=encode)))]


def joined(written: Sequence[Pair], delimiter: str = "&") -> str:
    """Pairs as a query, or with another delimiter as cookies."""
    return delimiter.join(f"{name}={value}" for name, value in written)


def _pieces(value: JsonValue, *, explode: bool, encode: Encode) -> list[str]:
    if isinstance(value, list):
        return [encode(text(one)) for one in value]
    if not isinstance(value, dict):
        return [encode(text(value))]
    if explode:
        return [f"{encode(name)}={encode(text(inner))}" for name, inner in value.items()]
    return [piece for name, inner in value.items() for piece in (encode(name), encode(text(inner)))]


def _deep(name: str, value: JsonValue, encode: Encode) -> list[Pair]:
    """Objects in objects are not defined; they are written as most servers read them."""
    if isinstance(value, dict):
        return list(
            chain.from_iterable(_deep(f"{name}[{one}]", inner, encode) for one, inner in value.items())
        )
    return [(encode(name), encode(text(one))) for one in (value if isinstance(value, list) else [value])]


def _defined(value: JsonValue) -> JsonValue:
    """Without what is undefined in it; None if that is all of it."""
    if isinstance(value, list):
        return [one for one in value if one is not None] or None
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if one is not None} or None
    return value
