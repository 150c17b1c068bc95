"""Media types: which of those that are declared, and what kind of content each is."""

import re
from collections.abc import Iterable

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain"
OCTETS = "application/octet-stream"

_SYNTAX = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(?:\s*;[^\x00-\x08\x0a-\x1f\x7f]*)?", re.ASCII)
_PARAMETER = re.compile(r";\s*([\w!#$&^.+*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s\"]*))", re.ASCII)


def is_content_type(text: str) -> bool:
    """Whether it is written as one; anything else could write headers of its own."""
    return _SYNTAX.fullmatch(text) is not None


def essence(content_type: str) -> str:
    """Without its parameters, in small letters."""
    return content_type.partition(";")[0].strip().lower()


def parameter(content_type: str, name: str) -> str | None:
    """One of its parameters, such as charset."""
    for found in _PARAMETER.finditer(content_type):
        if found[1].lower() == name:
            return str(found[3] if found[2] is None else found[2])
    return None


def is_json(content_type: str) -> bool:
    """JSON itself, or something that is written in it."""
    kind = essence(content_type)
    return kind in {JSON, "text/json"} or kind.endswith("+json")


def is_range(content_type: str) -> bool:
    """Whether it leaves something open, as `image/*` does."""
    return "*" in essence(content_type)


def is_multipart(content_type: str) -> bool:
    """Whether it has parts and a boundary."""
    return essence(content_type).startswith("multipart/")


def json_first(content_types: Iterable[str]) -> list[str]:
    """Those that are JSON before the others."""
    return sorted(content_types, key=lambda one: not is_json(one))


def covers(declared: str, content_type: str) -> bool:
    """Whether a declared type or range is one for this content type."""
    wanted, kind = essence(declared), essence(content_type)
    if wanted in {"*/*", "*"}:
        return True
    return wanted == kind or (wanted.endswith("/*") and kind.startswith(wanted[:-1]))
