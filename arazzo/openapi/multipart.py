"""Bodies of several parts (RFC 7578, RFC 2046): of an object one part for each field, of a list one for each item."""

import hashlib
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.openapi import content_types as kinds
from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.operation import DeclaredBody
from arazzo.openapi.references import Fields, fields_of, text_of
from arazzo.openapi.schemas import followed, json_text
from arazzo.openapi.values import compact, text

BOUNDARY_CHARACTERS = 32
CLAUSE = "Encoding multipart Media Types"


class _Part(NamedTuple):
    name: str | None
    content_type: str
    content: bytes
    is_file: bool = False


def multipart(content_type: str, body: JsonValue, declared: DeclaredBody | None) -> tuple[str, bytes]:
    """The content type with its boundary, and the body; a text is one already, whose boundary has to be given."""
    given = kinds.parameter(content_type, "boundary")
    if isinstance(body, str):
        if given is None:
            raise RequestRefused(
                f"{content_type} is given as a text and has no boundary",
                expected="an object, or a content type with the boundary of the text",
                clause=CLAUSE,
            )
        return content_type, body.encode()
    if not isinstance(body, dict | list) or not body:
        raise RequestRefused(
            f"{content_type} cannot be {compact(body)[:40]}",
            expected="an object or a list that is not empty",
            clause=CLAUSE,
        )
    parts = [_written(one) for one in _parts(body, declared)]
    boundary = _boundary(parts) if given is None else given
    delimiter = f"--{boundary}".encode()
    if not boundary or any(delimiter in one for one in parts):
        raise RequestRefused(f"the boundary {boundary!r} stands in the body", expected="another, or none")
    content = b"".join(b"%b\r\n%b\r\n" % (delimiter, one) for one in parts) + delimiter + b"--\r\n"
    return (f"{content_type}; boundary={boundary}" if given is None else content_type), content


def _parts(body: Fields | list[JsonValue], declared: DeclaredBody | None) -> Iterator[_Part]:
    schema = None if declared is None else declared.schema_
    root = followed(schema, schema)
    if isinstance(body, list):
        items = fields_of(root).get("items")
        yield from (_part(None, one, followed(schema, items), {}) for one in body)
        return
    encoding = fields_of(declared.encoding) if declared is not None else {}
    properties = fields_of(fields_of(root).get("properties"))
    for name, value in body.items():
        own = followed(schema, properties.get(name))
        of_list = isinstance(value, list)
        inner = followed(schema, fields_of(own).get("items")) if of_list else own
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield _part(name, one, inner, fields_of(encoding.get(name)))


def _part(name: str | None, value: JsonValue, schema: JsonValue, encoding: Fields) -> _Part:
    said = (text_of(encoding.get("contentType")) or "").partition(",")[0].strip()
    kind = said if said and not kinds.is_range(said) else _default(value, fields_of(schema))
    if not kinds.is_content_type(kind):
        raise RequestRefused(f"{kind!r} is no content type", expected="one such as text/plain", clause=CLAUSE)
    written = json_text(value, schema) if kinds.is_json(kind) else text(value)
    is_file = not kinds.is_json(kind) and kinds.essence(kind) != kinds.TEXT
    return _Part(name, kind, written.encode(), is_file)


def _default(value: JsonValue, schema: Fields) -> str:
    """By the value, and for texts by what the schema says of their encoding (Encoding Object, contentType)."""
    if isinstance(value, dict | list):
        return kinds.JSON
    if schema.get("format") == "binary" or "contentEncoding" in schema:
        return kinds.OCTETS
    return kinds.TEXT


def _written(part: _Part) -> bytes:
    """Headers and content. Names are escaped as browsers do it."""
    head = f"Content-Type: {part.content_type}\r\n"
    if part.name is not None:
        name = part.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        file = f'; filename="{name}"' if part.is_file else ""
        head = f'Content-Disposition: form-data; name="{name}"{file}\r\n{head}'
    return head.encode() + b"\r\n" + part.content


def _boundary(parts: list[bytes]) -> str:
    """The same for the same parts, and in none of them."""
    for attempt in count():
        digest = hashlib.sha256(b"%d" % attempt + b"".join(parts)).hexdigest()[:BOUNDARY_CHARACTERS]
        if not any(digest.encode() in one for one in parts):
            return digest
    raise AssertionError  # pragma: no cover  (count has no end)
