"""What an approval asks people to fill in, a line for each field; the JSON Schema itself is in `--json`."""

import json
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from cli.wording import plain

INPUT = ("--input", "FILE")
"""What is typed where something is to be filled in."""


def form_lines(takes: JsonValue) -> Iterable[str]:
    """Nothing where nothing is asked for."""
    if not isinstance(takes, Mapping):
        return
    yield f"asks for, as JSON: {_described(takes) or 'anything'}"
    fields = _mapping(takes.get("properties"))
    needed = takes.get("required")
    width = max(map(len, fields), default=0)
    for name, field in fields.items():
        must = "needed" if isinstance(needed, list) and name in needed else "may be left out"
        said = ", ".join(filter(None, [_described(_mapping(field)), must]))
        yield f"  {plain(name):{width}}  {said}"


def _described(schema: Mapping[str, JsonValue]) -> str:
    kind, choices = schema.get("type"), schema.get("enum")
    kinds = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")
    one_of = f"one of {', '.join(map(_shown, choices))}" if isinstance(choices, list) else kinds
    hidden = " (not shown again)" if schema.get("format") == "password" else ""
    about = schema.get("description") or schema.get("title")
    return plain(f"{one_of}{hidden}" + (f": {about}" if about else "")).removeprefix(": ")


def _shown(choice: JsonValue) -> str:
    return choice if isinstance(choice, str) else json.dumps(choice, ensure_ascii=False)


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, Mapping) else {}
