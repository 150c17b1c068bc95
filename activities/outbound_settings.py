"""Where documents may have calls sent, with what bounds, and where the credentials for that are."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, cast

from pydantic import BeforeValidator

from activities.endpoint import BaseUrl, Pool
from arazzo.code_names import OF_THE_EXAMPLES
from arazzo.hosts import AllowedHost

NAME = re.compile(r"[a-z_]+\.(?:[a-z_]+|\*)")
STAND_INS = (AllowedHost("127.0.0.1", 8090),)


def _entries(value: object) -> object:
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return tuple(
        AllowedHost.read(entry) if isinstance(entry, str) else entry
        for entry in cast("Iterable[object]", value)
    )


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = value.replace(",", " ").split()
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(
                f"{name!r}: expected the name of an activity, as payments.void_payment or payments.*"
            )
    return tuple(names)


def _servers(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [entry.partition("=") for entry in value.split()]
    if not all(name and url for name, _, url in pairs):
        raise ValueError("expected NAME=URL, several with spaces between")
    return {name: url for name, _, url in pairs}


class OutboundSettings(Pool):
    """Those of all calls that documents ask for: one pool serves all hosts."""

    allowed_hosts: Annotated[tuple[AllowedHost, ...], BeforeValidator(_entries)] = STAND_INS
    """`host`, `host:port` or `*.host`. Private addresses only where the host or address itself is named."""
    credentials_file: Path | None = None
    """A TOML file with what calls identify themselves with, by security scheme and host."""
    activities: Annotated[tuple[str, ...], BeforeValidator(_names)] = OF_THE_EXAMPLES
    """Those of ours that documents may have called: `payments.void_payment`, or `payments.*`."""
    folder: Path = Path("examples/arazzo")
    """Documents that are in the catalogue."""
    servers: Annotated[Mapping[str, BaseUrl], BeforeValidator(_servers)] = {}
    """`NAME=URL`, several with spaces between: where a source description's operations are, whatever it says."""
