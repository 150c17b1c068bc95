"""AsyncAPI descriptions, 2 and 3, as far as Arazzo needs them: which channel an operation or a pointer names."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import JsonValue

MOST_REFERENCES = 8


class Channel(NamedTuple):
    """Where messages are sent to, or come from."""

    name: str
    """As the description calls it."""
    address: str
    """What a broker calls it; the name, where the description does not say."""


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
            return channel_at(description, _tokens(ref)) if isinstance(ref, str) else None
        case ("channels", name, *_):
            channel = value_at(description, ("channels", name))
            if not isinstance(channel, dict):
                return None
            address = channel.get("address")
            return Channel(name, address if isinstance(address, str) else name)
        case _:
            return None


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
