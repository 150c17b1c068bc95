"""httpx over aiohttp's connections, with exceptions that say truly whether a request may have been sent.

`httpx-aiohttp` alone reports a connection that was lost after sending as `ConnectTimeout`, as if nothing had been
sent. So each exception is told anew from aiohttp's own, which it carries as its cause.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import NamedTuple, cast

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from activities.endpoint import Pool


class Told(NamedTuple):
    """What aiohttp met, in httpx's words and ours: aiohttp's may quote what the downstream has sent."""

    met: type[Exception]
    kind: type[httpx.TransportError]
    text: str = ""


# The first that fits. After those up to InvalidURL nothing was sent; after all others it may have been.
EXCEPTIONS = (
    Told(aiohttp.ClientConnectorError, httpx.ConnectError),  # refused, DNS, TLS: nobody has said anything yet
    Told(aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout, "no connection within the connect timeout"),
    Told(aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    Told(aiohttp.SocketTimeoutError, httpx.ReadTimeout, "nothing to read within the read timeout"),
    Told(aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "the connection was closed"),
    Told(aiohttp.ClientResponseError, httpx.RemoteProtocolError, "the answer is not HTTP"),
    Told(aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "the answer ended too early"),
    Told(aiohttp.ClientError, httpx.ReadError, "the connection was lost"),
)
POOL_TIMEOUT = Told(
    aiohttp.ConnectionTimeoutError, httpx.PoolTimeout, "no connection within the pool timeout"
)
TIMER_RESOLUTION = 0.01


def open_transport(
    pool: Pool, *, resolver: Callable[[], AbstractResolver] | None = None
) -> httpx.AsyncBaseTransport:
    """A pool of connections, which keeps no cookies; `resolver` is made on the event loop that they live on."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=pool.max_connections,
            keepalive_timeout=pool.keepalive_expiry.total_seconds(),
            ssl=_certificates(),
            resolver=resolver() if resolver else None,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return TruthfulTransport(AiohttpTransport(verify=_certificates(), client=session))


@cache
def _certificates() -> ssl.SSLContext:
    """Whom we trust; reading it takes longer than a call."""
    return httpx.create_ssl_context()


class TruthfulTransport(httpx.AsyncBaseTransport):
    """Besides, it bounds the writing of a request, which aiohttp does not."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeouts = cast("dict[str, float | None]", request.extensions.get("timeout", {}))
        began = time.monotonic()
        try:
            async with asyncio.timeout(_bound(timeouts)):
                response = await self._transport.handle_async_request(request)
        except TimeoutError as error:
            raise httpx.WriteTimeout(
                "not written within the write timeout, or no head of an answer", request=request
            ) from error
        except (httpx.TransportError, aiohttp.ClientError) as error:
            pool_timed_out = time.monotonic() - began > (timeouts.get("pool") or 0) - TIMER_RESOLUTION
            raise truthful(error, pool_timed_out=pool_timed_out) from error
        response.stream = _TruthfulStream(cast("httpx.AsyncByteStream", response.stream))
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _TruthfulStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except (httpx.TransportError, aiohttp.ClientError) as error:
            raise truthful(error) from error

    async def aclose(self) -> None:
        await self._stream.aclose()


def truthful(
    error: httpx.TransportError | aiohttp.ClientError, *, pool_timed_out: bool = False
) -> httpx.TransportError:
    """The exception that httpx has for what aiohttp met; one that aiohttp did not cause stays as it is."""
    cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
    told = next((told for told in EXCEPTIONS if isinstance(cause, told.met)), None)
    if told is None:
        return cast("httpx.TransportError", error)
    if pool_timed_out and told.met is POOL_TIMEOUT.met:
        told = POOL_TIMEOUT
    return told.kind(told.text or str(cause))


def _bound(timeouts: dict[str, float | None]) -> float | None:
    """By when the head of the answer is there, unless it is the writing that takes so long."""
    bounds = [timeouts.get(part) for part in ("pool", "write", "read")]
    return None if None in bounds else sum(filter(None, bounds))
