"""httpx over aiohttp's connections, with exceptions that say truly whether a request may have been sent.

`httpx-aiohttp` alone reports a connection that was lost after sending as `ConnectTimeout`, as if nothing had been
sent. So each exception is told anew from aiohttp's own, which it carries as its cause.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import cast

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from activities.endpoint import Endpoint

# The first that fits. After the first three nothing was sent; after all others it may have been.
EXCEPTIONS: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (aiohttp.ClientConnectorError, httpx.ConnectError),  # refused, DNS, TLS
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.SocketTimeoutError, httpx.ReadTimeout),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),  # not HTTP
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),  # ends too early
    (aiohttp.ClientError, httpx.ReadError),
)
TIMER_RESOLUTION = 0.01


def open_transport(endpoint: Endpoint) -> httpx.AsyncBaseTransport:
    """A pool of connections to one downstream, which keeps no cookies."""
    certificates = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=endpoint.max_connections,
            keepalive_timeout=endpoint.keepalive_expiry.total_seconds(),
            ssl=certificates,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return TruthfulTransport(AiohttpTransport(verify=certificates, client=session))


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
            raise httpx.WriteTimeout("the request was not written in time", request=request) from error
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
    kind = next((kind for met, kind in EXCEPTIONS if isinstance(cause, met)), None)
    if kind is httpx.ConnectTimeout and pool_timed_out:
        kind = httpx.PoolTimeout
    return kind(str(cause) or type(cause).__name__) if kind else cast("httpx.TransportError", error)


def _bound(timeouts: dict[str, float | None]) -> float | None:
    """By when the head of the answer is there, unless it is the writing that takes so long."""
    bounds = [timeouts.get(part) for part in ("pool", "write", "read")]
    return None if None in bounds else sum(filter(None, bounds))
