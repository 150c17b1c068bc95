"""The address that a request goes to: of the server that is given, else of the operation's first."""

import re
from urllib.parse import urlsplit

from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.operation import Operation

AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\{}?#@]")
"""What readers of URLs disagree about, what is a variable without a value, and what ends or hides a host."""


def address_of(operation: Operation, server: str | None) -> str:
    """Absolute, and without a slash at its end; raises RequestRefused."""
    address = server or next(iter(operation.servers), "")
    if is_address(address):
        return address.rstrip("/")
    raise RequestRefused(
        f"{address.rpartition('@')[2]!r} is no address of {operation.source}"
        if address
        else "there is no server",
        expected="a server's address such as https://api.example.com/v1, in the description or given by its source's name",
        clause="Server Object",
    )


def is_address(address: str) -> bool:
    """Whether it is an absolute URL of HTTP, as all readers of URLs understand it."""
    if AMBIGUOUS.search(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
