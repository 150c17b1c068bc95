"""Values as texts, and texts as parts of URLs."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from pydantic import JsonValue

from arazzo.openapi.errors import RequestRefused

Encode = Callable[[str], str]

UNRESERVED = "-._~"
RESERVED = ":/?#[]@!$&'()*+,;="
TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")
NOT_IN_QUERY = re.compile(r"[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]")


def text(value: JsonValue) -> str:
    """A text as it is, anything else as JSON: `true`, `1.5`, `{"a":1}`."""
    return value if isinstance(value, str) else compact(value)


def compact(value: JsonValue) -> str:
    """JSON without spaces."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise RequestRefused("a number is infinite, or none", expected="numbers that JSON has") from None


def is_json_text(value: str) -> bool:
    """Whether a text is JSON as it stands."""
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def percent(value: str) -> str:
    """Everything but unreserved characters percent-encoded (RFC 6570, simple expansion)."""
    return quote(value, safe=UNRESERVED)


def percent_keeping_reserved(value: str) -> str:
    """Reserved characters and percent-encoded triples stay (RFC 6570, section 3.2.3)."""
    parts = TRIPLE.split(value)
    return "".join(
        part if index % 2 else quote(part, safe=UNRESERVED + RESERVED) for index, part in enumerate(parts)
    )


def percent_in_path(value: str) -> str:
    """As in reserved expansion, but what would end a part of the path, or the path, is encoded."""
    return re.sub(r"[/?#\[\]]", lambda found: quote(found[0], safe=""), percent_keeping_reserved(value))


def percent_in_query(value: str) -> str:
    """As in reserved expansion, but what would end a query or begin another pair of it is encoded."""
    kept = percent_keeping_reserved(value)
    return re.sub(r"[#\[\]&=+]", lambda found: quote(found[0], safe=""), kept)


def form(value: str) -> str:
    """As `application/x-www-form-urlencoded` has it: a space is a plus."""
    return quote(value, safe="-._* ").replace(" ", "+").replace("~", "%7E")


def as_it_is(value: str) -> str:
    """For headers and cookies, where nothing is percent-encoded."""
    return value


def query_as_given(value: str) -> str:
    """A complete query string; only what no query may hold is percent-encoded."""
    return NOT_IN_QUERY.sub(lambda found: quote(found[0], safe=""), value.removeprefix("?"))
