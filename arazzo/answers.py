"""What came back from a call, as expressions see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from arazzo.context import Response
from arazzo.openapi.content_types import is_json, parameter


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body as they came. No content: it was too long, or could not be decoded."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    content: bytes | None = field(default=b"", repr=False)


def response_of(answer: Answer) -> Response:
    """The same with its body: JSON parsed, where it says that it is some or looks like it; else a text (F11)."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    kind = headers.get("content-type", "")
    return Response(status=answer.status, headers=answer.headers, body=_body(answer.content, kind))


def _body(content: bytes | None, kind: str) -> JsonValue:
    if not content:
        return None
    text = _text(content, parameter(kind, "charset") or "utf-8")
    if kind and not is_json(kind):
        return text
    try:
        body: JsonValue = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text
    return body


def _text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("utf-8", errors="replace")


def _refused(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is no JSON")
