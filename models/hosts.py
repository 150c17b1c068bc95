"""What is asked of hosts: which runbook, with which arguments, on which of them; and what came of it."""

from typing import Annotated

from pydantic import Field

from models.fields import Line, Record

HostName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", examples=["web-1"])]
RunbookName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["upgrade"])]
ArgumentName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]


class HostsRequest(Record):
    """The runbook's own patterns say which arguments will do; commands are none of them."""

    runbook: RunbookName
    arguments: dict[ArgumentName, Line]
    hosts: Annotated[tuple[HostName, ...], Field(min_length=1, max_length=1_000)]


class HostSaid(Record):
    """The first line that a command has written on a host."""

    host: HostName
    said: str = ""


class HostsDone(Record):
    """All of them, in their order."""

    hosts: tuple[HostSaid, ...]
