"""Bodies of requests, by their content type: JSON, forms, multipart, texts, octets."""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple, get_args

from pydantic import JsonValue

from arazzo.openapi import content_types as kinds
from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.multipart import multipart
from arazzo.openapi.operation import DeclaredBody, Operation, Style
from arazzo.openapi.references import Fields, fields_of
from arazzo.openapi.schemas import json_text
from arazzo.openapi.styles import Pair, joined, pairs
from arazzo.openapi.values import compact, form, is_json_text, percent_in_query, text

CLAUSE = "Request Body Object"


class Absent(Enum):
    """There is no body, which is not the same as a body that is null."""

    ABSENT = "absent"


Body = JsonValue | bytes | Absent
ABSENT: Literal[Absent.ABSENT] = Absent.ABSENT


class Content(NamedTuple):
    """A body as it is sent."""

    content_type: str
    content: bytes


def build_content(operation: Operation, body: Body, content_type: str | None) -> Content | None:
    """A body as the operation wants it; None if there is none. Raises RequestRefused."""
    if isinstance(body, Absent):
        if operation.body_required:
            raise RequestRefused(
                f"{operation.method} {operation.path} needs a body",
                expected=f"one of {', '.join(one.content_type for one in operation.bodies) or 'any type'}",
                clause=CLAUSE,
            )
        return None
    if content_type is not None and not kinds.is_content_type(content_type):
        raise RequestRefused(f"{content_type!r} is no content type", expected="one such as application/json")
    chosen = content_type or _chosen(operation.bodies, body)
    return _written(chosen, body, _declared(operation.bodies, chosen))


def form_text(value: JsonValue, declared: DeclaredBody | None = None) -> str:
    """An object as `application/x-www-form-urlencoded`; a text is one already."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise RequestRefused(
            f"a form cannot be {compact(value)[:40]}", expected="an object or a text", clause=CLAUSE
        )
    encoding = fields_of(declared.encoding) if declared is not None else {}
    written: list[Pair] = []
    for name, one in value.items():
        written += _field(name, one, fields_of(encoding.get(name)))
    return joined(written)


def _field(name: str, value: JsonValue, encoding: Fields) -> list[Pair]:
    """A field by its style where one is given, else each of its values by its content type (Encoding Object)."""
    if not encoding.keys() & {"style", "explode", "allowReserved"}:
        kind = encoding.get("contentType")
        as_json = isinstance(kind, str) and kinds.is_json(kind)
        values = value if isinstance(value, list) else [value]
        return [
            (form(name), form(compact(one) if as_json else text(one))) for one in values if one is not None
        ]
    style: Style = next((one for one in get_args(Style) if one == encoding.get("style")), "form")
    return pairs(
        name,
        value,
        style,
        explode=encoding.get("explode", style == "form") is True,
        encode=percent_in_query if encoding.get("allowReserved") is True else form,
    )


def _written(content_type: str, body: JsonValue | bytes, declared: DeclaredBody | None) -> Content:
    if isinstance(body, bytes):
        return Content(content_type, body)
    if kinds.is_json(content_type):
        written = json_text(body, None if declared is None else declared.schema_)
        return Content(content_type, _encoded(written, "utf-8"))
    if kinds.essence(content_type) == kinds.FORM:
        return Content(content_type, _encoded(form_text(body, declared), "utf-8"))
    if kinds.is_multipart(content_type):
        return Content(*multipart(content_type, body, declared))
    if not isinstance(body, str) and kinds.essence(content_type).endswith("xml"):
        raise RequestRefused(
            f"{content_type} cannot be written from {compact(body)[:40]}",
            expected="the XML as a text",
            clause="Request Body Object, payload",
        )
    return Content(content_type, _encoded(text(body), kinds.parameter(content_type, "charset") or "utf-8"))


def _encoded(written: str, charset: str) -> bytes:
    try:
        return written.encode(charset)
    except (LookupError, UnicodeError):
        raise RequestRefused(
            f"the body cannot be written in {charset}", expected="a character set that has its characters"
        ) from None


def _chosen(declared: tuple[DeclaredBody, ...], body: JsonValue | bytes) -> str:
    """The operation's content type that suits the value (C9): the first that does, else the first of all."""
    own = _own(body)
    structured = isinstance(body, dict | list)
    known = [one.content_type for one in declared]
    suits = [one for one in known if kinds.is_json(one)] if structured or own == kinds.JSON else []
    if structured and not suits:
        suits = [one for one in known if kinds.essence(one) == kinds.FORM or kinds.is_multipart(one)]
    chosen = next(iter(suits or known), own)
    return own if kinds.is_range(chosen) else chosen


def _own(body: JsonValue | bytes) -> str:
    """What a value is when nobody says."""
    if isinstance(body, bytes):
        return kinds.OCTETS
    if not isinstance(body, str):
        return kinds.JSON
    return kinds.JSON if is_json_text(body) else kinds.TEXT


def _declared(declared: tuple[DeclaredBody, ...], content_type: str) -> DeclaredBody | None:
    """The most specific that there is for a content type."""
    fitting = [one for one in declared if kinds.covers(one.content_type, content_type)]
    return min(fitting, key=lambda one: kinds.essence(one.content_type).count("*"), default=None)
