"""AsyncAPI descriptions, 2 and 3, as far as Arazzo needs them: which channel an operation or a pointer names."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.openapi.content_types import JSON

MOST_REFERENCES = 8
METHODS = frozenset({"POST", "PUT", "PATCH"})
"""By which a message may be sent."""


class Channel(NamedTuple):
    """Where messages are sent to, or come from."""

    name: str
    """As the description calls it."""
    address: str
    """What a broker calls it; the name, where the description does not say."""
    method: str = "POST"
    """By which a message goes to it, where it is one of HTTP."""


def channel_of(description: JsonValue, operation_id: str) -> Channel | None:
    """The channel of an operation, or of that name; None if there is neither."""
    for name, pointer in _operations(description):
        if name == operation_id:
            return channel_at(description, pointer)
    return channel_at(description, ("channels", operation_id))


def channel_at(description: JsonValue, pointer: tuple[str, ...]) -> Channel | None:
    """The channel that a pointer leads to, itself or by way of an operation of it."""
    match pointer:
        case ("operations", _):
            operation = value_at(description, pointer, follow=False)
            inner = operation.get("channel") if isinstance(operation, dict) else None
            ref = inner.get("$ref") if isinstance(inner, dict) else None
            found = channel_at(description, _tokens(ref)) if isinstance(ref, str) else None
            return found and found._replace(method=_method(description, pointer))
        case ("channels", name, *rest):
            channel = value_at(description, ("channels", name))
            if not isinstance(channel, dict):
                return None
            address = channel.get("address")
            method = _method(description, ("channels", name, *rest))
            return Channel(name, address if isinstance(address, str) else name, method)
        case _:
            return None


def http_servers(description: JsonValue, channel: str) -> tuple[str, ...]:
    """The addresses of those servers of a channel that speak HTTP, variables replaced by their defaults."""
    servers = value_at(description, ("servers",))
    known = servers if isinstance(servers, dict) else {}
    own = value_at(description, ("channels", channel, "servers"))
    named = [_server_name(one) for one in own] if isinstance(own, list) and own else [*known]
    found = (_http_address(value_at(description, ("servers", name))) for name in named if name in known)
    return tuple(one for one in found if one)


def content_type_of(description: JsonValue, channel: str) -> str:
    """Of a channel's messages, if they have one; JSON, where nothing is said."""
    messages = value_at(description, ("channels", channel, "messages"))
    names = messages if isinstance(messages, dict) else {}
    own = [value_at(description, ("channels", channel, "messages", name, "contentType")) for name in names]
    said = {one for one in own if isinstance(one, str)}
    usual = value_at(description, ("defaultContentType",))
    return said.pop() if len(said) == 1 else usual if isinstance(usual, str) else JSON


def operation_ids(description: JsonValue) -> tuple[str, ...]:
    """All that a step may name."""
    return tuple(name for name, _ in _operations(description))


def value_at(root: JsonValue, pointer: tuple[str, ...], *, follow: bool = True) -> JsonValue:
    """What stands there, references inside the description followed; None where nothing does."""
    value = root
    for token in pointer:
        value = _followed(root, value)
        value = value.get(token) if isinstance(value, dict) else None
    return _followed(root, value) if follow else value


def _operations(description: JsonValue) -> Iterator[tuple[str, tuple[str, ...]]]:
    """AsyncAPI 3 has a map of operations; in AsyncAPI 2 the channels have them."""
    operations, channels = value_at(description, ("operations",)), value_at(description, ("channels",))
    for name in operations if isinstance(operations, dict) else ():
        yield name, ("operations", name)
    for name in channels if isinstance(channels, dict) else ():
        for kind in ("publish", "subscribe"):
            own = value_at(description, ("channels", name, kind, "operationId"))
            if isinstance(own, str):
                yield own, ("channels", name, kind)


def _method(description: JsonValue, pointer: tuple[str, ...]) -> str:
    """As the binding of an operation to HTTP says it."""
    given = value_at(description, (*pointer, "bindings", "http", "method"))
    return given.upper() if isinstance(given, str) and given.upper() in METHODS else "POST"


def _server_name(given: JsonValue) -> str:
    """AsyncAPI 3 refers to servers, AsyncAPI 2 names them."""
    ref = given.get("$ref") if isinstance(given, dict) else given
    return _tokens(ref)[-1] if isinstance(ref, str) and ref.startswith("#/") else str(ref)


def _http_address(server: JsonValue) -> str:
    """Of one server; nothing where it speaks something else."""
    fields = server if isinstance(server, dict) else {}
    protocol = fields.get("protocol")
    if protocol not in {"http", "https"}:
        return ""
    host, path, url = (fields.get(name) or "" for name in ("host", "pathname", "url"))
    address = str(url) if url else f"{host}{path}"
    address = address if "://" in address else f"{protocol}://{address}"
    variables = fields.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        default = variable.get("default") if isinstance(variable, dict) else None
        address = address.replace(f"{{{name}}}", str(default)) if default is not None else address
    return address


def _followed(root: JsonValue, value: JsonValue) -> JsonValue:
    for _ in range(MOST_REFERENCES):
        ref = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(ref, str) or not ref.startswith("#/"):
            return value
        value = root
        for token in _tokens(ref):
            value = value.get(token) if isinstance(value, dict) else None
    return None


def _tokens(ref: str) -> tuple[str, ...]:
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in ref.removeprefix("#").split("/")[1:]
    )
