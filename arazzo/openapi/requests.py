"""Requests built from operations: where each parameter goes, and how it is written there. Nothing is sent here."""

import re
from collections.abc import Iterable

from pydantic import JsonValue

from arazzo.openapi.bodies import ABSENT, Body, Content, build_content, form_text
from arazzo.openapi.content_types import FORM, essence, is_content_type, is_json, is_range
from arazzo.openapi.described import VARIABLE
from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.given import Given, Placed, listed, place
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.operation import Operation
from arazzo.openapi.schemas import json_text
from arazzo.openapi.servers import address_of
from arazzo.openapi.styles import Pair, joined, pairs, segment
from arazzo.openapi.values import (
    Encode,
    as_it_is,
    percent,
    percent_in_path,
    percent_in_query,
    percent_keeping_reserved,
    query_as_given,
    text,
)

TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
DOT = re.compile("%2e", re.IGNORECASE)
OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
"""Headers by which a request could pretend to be another one, or go to another host."""


def build_request(
    operation: Operation,
    *,
    parameters: Iterable[tuple[str, str | None, JsonValue]] = (),
    body: Body = ABSENT,
    content_type: str | None = None,
    server: str | None = None,
    strict: bool = False,
) -> HttpRequest:
    """The request for an operation; raises RequestRefused.

    A value of null is a value that is missing. What the operation does not declare is sent as it is given, unless
    `strict`.
    """
    try:
        placed = place(operation, [Given(*one) for one in parameters], strict=strict)
        type_given = _header(placed, "content-type")
        content = build_content(operation, body, content_type or type_given)
        query, path = _query(placed), _path(operation, placed)
        url = address_of(operation, server) + path
        return HttpRequest(
            method=operation.method,
            url=f"{url}{'&' if '?' in url else '?'}{query}" if query else url,
            headers=_headers(operation, placed, content),
            content=b"" if content is None else content.content,
        )
    except UnicodeEncodeError:
        raise RequestRefused("a text has half a surrogate pair", expected="Unicode characters") from None


def _path(operation: Operation, placed: list[Placed]) -> str:
    values = {one.declared.name: one for one in placed if one.declared.location == "path"}
    template, names = operation.path, VARIABLE.findall(operation.path)
    if unplaced := [name for name in values if name not in names]:
        raise RequestRefused(
            f"{template} has no place for {listed(unplaced)}",
            expected=listed(names),
            clause="Path Templating",
        )

    def written(name: str) -> str:
        if name not in values:
            raise RequestRefused(
                f"the parameter {name} in path is missing",
                expected=f"a value for each of {listed(names)} of {template}",
                clause="Path Templating",
            )
        one = values[name].declared
        encode = percent_in_path if one.allow_reserved else percent
        value = _content_value(values[name]) if one.content_type else values[name].value
        found = segment(name, value, one.style, explode=one.explode, encode=encode)
        if not found:
            raise RequestRefused(
                f"the parameter {name} in path is empty", expected="a value", clause="Path Templating"
            )
        return found

    pieces = VARIABLE.split(template)
    path = "".join(written(one) if at % 2 else percent_keeping_reserved(one) for at, one in enumerate(pieces))
    if "#" in path or {".", ".."} & set(DOT.sub(".", path.partition("?")[0]).split("/")):
        raise RequestRefused(
            f"{template} would lead elsewhere: a part of it is . or .. or has a #",
            expected="values that are no dots alone",
            clause="Path Templating",
        )
    return path


def _query(placed: list[Placed]) -> str:
    whole = [one for one in placed if one.declared.location == "querystring"]
    written = [pair for one in placed if one.declared.location == "query" for pair in _pairs(one, percent)]
    if not whole:
        return joined(written)
    if written or len(whole) > 1:
        raise RequestRefused(
            "a parameter in querystring is the whole query",
            expected="no other parameter in querystring or query",
            clause="Parameter Locations",
        )
    value, kind = whole[0].value, whole[0].declared.content_type or FORM
    if isinstance(value, str) and not is_json(kind):
        return query_as_given(value)
    return form_text(value) if essence(kind) == FORM else percent(_content_value(whole[0]))


def _pairs(one: Placed, encode: Encode) -> list[Pair]:
    """Of a query or a cookie. A list that is required and empty is an empty value (Style Examples)."""
    declared = one.declared
    if declared.content_type:
        return [(encode(declared.name), encode(_content_value(one)))]
    if declared.style == "cookie":
        encode = as_it_is
    elif declared.allow_reserved:
        encode = percent_in_query
    written = pairs(declared.name, one.value, declared.style, explode=declared.explode, encode=encode)
    if any(";" in part for pair in written for part in pair) and declared.location == "cookie":
        raise RequestRefused(
            f"the cookie {declared.name} has a semicolon", expected="a value that is one cookie"
        )
    return written or ([(encode(declared.name), "")] if declared.required else [])


def _content_value(one: Placed) -> str:
    """As the media type of its `content` has it."""
    kind = one.declared.content_type or ""
    if is_json(kind):
        return json_text(one.value, one.declared.schema_)
    return form_text(one.value) if essence(kind) == FORM else text(one.value)


def _header(placed: list[Placed], name: str) -> str | None:
    """What a parameter in header says, undeclared as it may be."""
    found = (one for one in placed if one.declared.location == "header" and one.declared.name.lower() == name)
    return next((text(one.value) for one in found), None)


def _headers(
    operation: Operation, placed: list[Placed], content: Content | None
) -> tuple[tuple[str, str], ...]:
    headers: dict[str, tuple[str, str]] = {}
    if accepts := [one for one in operation.accepts if is_content_type(one) and not is_range(one)]:
        headers["accept"] = ("Accept", ", ".join(accepts))
    for one in (one for one in placed if one.declared.location == "header"):
        declared = one.declared
        written = (
            _content_value(one)
            if declared.content_type
            else segment(declared.name, one.value, "simple", explode=declared.explode, encode=as_it_is)
        )
        headers[declared.name.lower()] = (declared.name, written)
    if content is not None:
        headers["content-type"] = ("Content-Type", content.content_type)
    cookies = [pair for one in placed if one.declared.location == "cookie" for pair in _pairs(one, percent)]
    if cookies:
        before = [headers["cookie"][1]] if "cookie" in headers else []
        headers["cookie"] = ("Cookie", "; ".join([*before, joined(cookies, "; ")]))
    return tuple(_checked(*one) for one in headers.values())


def _checked(name: str, value: str) -> tuple[str, str]:
    """A header that is one line, and is not for the connection."""
    if not TOKEN.fullmatch(name) or name.lower() in OF_THE_CONNECTION:
        raise RequestRefused(f"{name!r} is no header of an operation", expected="the name of another header")
    if CONTROL.search(value):
        raise RequestRefused(f"the header {name} has control characters", expected="a text of one line")
    return name, value
