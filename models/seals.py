"""What a sealed value looks like: workflows carry seals from one step to the next, and cannot open them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard, cast

from pydantic import JsonValue

MARK = "$sealed"
MASK = "***"

Sealed = dict[str, JsonValue]

_AS_JSON = re.compile(r'\{\s*"\$sealed"\s*:\s*"[\w.=-]*"\s*\}', re.ASCII)


class SealForged(ValueError):
    """What comes from outside has a seal already: opened, it would tell a stranger what another one has sealed."""


def is_sealed(value: object) -> TypeGuard[Sealed]:
    if not isinstance(value, dict):
        return False
    fields = cast("dict[object, object]", value)
    return list(fields) == [MARK] and isinstance(fields[MARK], str)


def sealed_in(value: JsonValue) -> Iterator[Sealed]:
    """All seals at any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if is_sealed(one):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def refuse_seals(value: JsonValue, what: str) -> None:
    """For what people and services say. Raises SealForged."""
    if next(sealed_in(value), None) is not None:
        raise SealForged(f"{what} has {MARK!r} in it, which only we may write")


def masked(value: JsonValue) -> JsonValue:
    """With `***` for each seal."""
    if is_sealed(value):
        return MASK
    if isinstance(value, dict):
        return {name: masked(inner) for name, inner in value.items()}
    return [masked(inner) for inner in value] if isinstance(value, list) else value


def masked_text(text: str) -> str:
    """The same for a text in which values stand as JSON."""
    return _AS_JSON.sub(MASK, text)
