"""Which hosts documents may have called: those that are named, and of private addresses those that are named themselves.

Documents are written by strangers (D22): without this they could have us call what only we can reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Self
from urllib.parse import urlsplit

SETTING = "ARAZZO_ALLOWED_HOSTS"
EXPECTED = "expected host, host:port or *.host"
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
NAT64 = IPv6Network("64:ff9b::/96")
METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"))
)
"""Where clouds tell a machine its credentials; some of them are otherwise public addresses."""

Address = IPv4Address | IPv6Address


class HostRefused(Exception):
    """A host is not called; nothing was sent."""

    def __init__(self, host: str, why: str, advice: str) -> None:
        super().__init__(f"{host} is not called: {why}; {advice}")
        self.host = host
        self.why = why
        self.advice = advice


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One entry of the list."""

    host: str
    """In lower case; an address as `ipaddress` writes it."""
    port: int | None = None
    """None: any."""
    below: bool = False
    """All hosts below it, and not itself: `*.host`."""

    @classmethod
    def read(cls, text: str) -> Self:
        """From `host`, `host:port` or `*.host`. Raises ValueError."""
        below = text.startswith("*.")
        try:
            parts = urlsplit(f"//{text.removeprefix('*.')}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(f"{text!r}: {EXPECTED}") from None
        host = canonical(host)
        name = NAME.fullmatch(host) is not None and not _is_number(host)
        if parts.netloc != text.removeprefix("*.") or parts.username is not None:
            raise ValueError(f"{text!r}: {EXPECTED}, without a scheme or a path")
        if not name and (below or literal(host) is None):
            raise ValueError(f"{text!r}: {EXPECTED}")
        return cls(host, port, below)

    def __str__(self) -> str:
        return f"{'*.' * self.below}{shown(self.host, self.port)}"

    def allows(self, host: str, port: int) -> bool:
        if self.port not in {None, port}:
            return False
        return host.endswith(f".{self.host}") if self.below else host == self.host

    def names(self, host: str, port: int) -> bool:
        """Whether it means this one host, and no other."""
        return not self.below and self.allows(host, port)


class AllowedHosts:
    """The list, and what follows from it for addresses."""

    def __init__(self, entries: Iterable[AllowedHost]) -> None:
        self._entries = tuple(entries)

    def check(self, host: str, port: int) -> None:
        """Before the name is looked up. Raises HostRefused."""
        host = canonical(host)
        if not any(entry.allows(host, port) for entry in self._entries):
            known = ", ".join(map(str, self._entries)) or "nothing"
            advice = f"{SETTING} names hosts that may be called (now {known})"
            raise HostRefused(shown(host, port), "it is not on the list of hosts", advice)
        address = literal(host)
        if address is not None:
            self.check_address(host, port, address)

    def check_address(self, host: str, port: int, address: Address) -> None:
        """What the name `host` stands for. Raises HostRefused."""
        kind = kind_of(address)
        if kind is None or any(entry.names(str(address), port) for entry in self._entries):
            return
        host = canonical(host)
        by_name = kind in {"loopback", "private"}
        if by_name and any(entry.names(host, port) for entry in self._entries):
            return
        why = (
            f"{address} is a {kind} address"
            if host == str(address)
            else f"it is at the {kind} address {address}"
        )
        named = (
            "that host or address itself has to be named"
            if by_name
            else "that address itself has to be named"
        )
        raise HostRefused(shown(host, port), why, f"{named} in {SETTING}, as a wildcard does not do")


def kind_of(address: Address) -> str | None:
    """Why an address is none of the public internet, or None if it is. One that is wrapped in another counts as itself."""
    inner = _inner(address)
    if inner in METADATA:
        return "metadata"
    if inner.is_unspecified or inner.is_multicast or inner.is_link_local:
        return "multicast" if inner.is_multicast else "link-local" if inner.is_link_local else "unspecified"
    if inner.is_loopback:
        return "loopback"
    if inner.is_global:
        return None
    return "reserved" if inner.is_reserved else "private"


def literal(host: str) -> Address | None:
    """The address that a host is written as, if it is."""
    try:
        return ip_address(host)
    except (AddressValueError, ValueError):
        return None


def canonical(host: str) -> str:
    """As hosts are compared."""
    bare = host.removeprefix("[").removesuffix("]").removesuffix(".").lower()
    address = literal(bare)
    return bare if address is None else str(address)


def shown(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def _inner(address: Address) -> Address:
    """What is reached: IPv6 has several ways to write an address of IPv4."""
    if isinstance(address, IPv4Address):
        return address
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is None and address in NAT64:
        mapped = IPv4Address(int(address) & 0xFFFFFFFF)
    return mapped or address


def _is_number(host: str) -> bool:
    """`2130706433`, `127.1` and `0x7f.1` are read as addresses by some, and as names by others."""
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]) is not None
