"""Calls that documents ask for: to any host of the list, over one pool, and to nowhere else.

A name is looked up once, what it stands for is checked, and that is what is connected to: a name that is looked up
again may stand for something else (DNS rebinding).
"""

import socket
from ipaddress import ip_address

import httpx
import yarl
from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from activities.endpoint import Pool
from activities.outbound_settings import OutboundSettings
from activities.transport import open_transport
from arazzo.hosts import AllowedHosts, HostRefused, shown

SCHEMES = {"http", "https"}


def open_outbound(
    settings: OutboundSettings, *, resolver: AbstractResolver | None = None
) -> httpx.AsyncBaseTransport:
    """Raises HostRefused for each request that may not be sent, before any connection. Follows no redirect.

    `resolver` looks names up in place of the machine's.
    """
    hosts = AllowedHosts(settings.allowed_hosts)
    return _Guarded(
        open_transport(settings, resolver=lambda: _CheckedResolver(hosts, resolver or ThreadedResolver())),
        hosts,
    )


def timeouts(pool: Pool) -> httpx.Timeout:
    return httpx.Timeout(
        connect=pool.connect_timeout.total_seconds(),
        read=pool.read_timeout.total_seconds(),
        write=pool.write_timeout.total_seconds(),
        pool=pool.pool_timeout.total_seconds(),
    )


class _Guarded(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, hosts: AllowedHosts) -> None:
        self._transport = transport
        self._hosts = hosts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._check(request)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()

    def _check(self, request: httpx.Request) -> None:
        """By the parser of the connections: what another one made of the text does not matter."""
        try:
            url = yarl.URL(str(request.url))
            host, port = url.raw_host or "", url.port or 0
        except ValueError:
            raise HostRefused(request.url.host, "its address is none", "use http://host:port/path") from None
        name = shown(host, port)
        if url.scheme not in SCHEMES or not host or not port:
            raise HostRefused(name, "its address is not one of HTTP", "use http://host:port/path")
        if url.raw_user is not None or url.raw_password is not None:
            raise HostRefused(name, "its address has a user or password", "name a credential by its scheme")
        if request.headers.get("host") != request.url.netloc.decode():
            raise HostRefused(
                name, "the request says that it is for another host", "leave the header Host out"
            )
        self._hosts.check(host, port)


class _CheckedResolver(AbstractResolver):
    def __init__(self, hosts: AllowedHosts, resolver: AbstractResolver) -> None:
        self._hosts = hosts
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """One address that is refused refuses the host, lest another look-up is answered with that one alone."""
        found = await self._resolver.resolve(host, port, family)
        for one in found:
            self._hosts.check_address(host, port, ip_address(one["host"]))
        return found

    async def close(self) -> None:
        await self._resolver.close()
