"""What the transport says of each thing that can happen to a connection, each on a real socket."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest

from activities.endpoint import Endpoint
from activities.transport import open_transport
from tests.activities.calling import endpoint
from tests.activities.raw import Connection, RawServer, Script

PARTIAL = b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"
LARGE = b"x" * 30_000_000  # more than the sockets buffer, as long as nobody reads


async def post(called: Endpoint, content: bytes = b"{}") -> httpx.Response:
    timeout = httpx.Timeout(
        connect=called.connect_timeout.total_seconds(),
        read=called.read_timeout.total_seconds(),
        write=called.write_timeout.total_seconds(),
        pool=called.pool_timeout.total_seconds(),
    )
    async with httpx.AsyncClient(transport=open_transport(called), timeout=timeout) as client:
        return await client.post(called.url, content=content)


async def closes_at_once(connection: Connection) -> None:
    connection.close()


async def closes_after_the_request(connection: Connection) -> None:
    await connection.request()
    connection.close()


async def resets_after_the_request(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def resets_while_the_request_is_written(connection: Connection) -> None:
    connection.reset()


async def closes_within_the_head(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 201 Cre")


async def closes_within_the_body(connection: Connection) -> None:
    await connection.request()
    await connection.send(PARTIAL)


async def resets_within_the_body(connection: Connection) -> None:
    await connection.request()
    await connection.send(PARTIAL)
    connection.reset()


async def closes_within_a_chunk(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")


async def speaks_another_protocol(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"SSH-2.0-Dropbear\r\n\r\n")


async def never_answers(connection: Connection) -> None:
    await connection.request()
    await connection.gone()


async def never_ends_the_body(connection: Connection) -> None:
    await connection.request()
    await connection.send(PARTIAL)
    await connection.gone()


async def never_reads(connection: Connection) -> None:
    del connection
    await asyncio.sleep(60)


async def greets(connection: Connection) -> None:
    await connection.send(b"220 not TLS\r\n")
    await connection.gone()


async def trickles_the_head(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 201 Created\r\n")
    for number in range(600):
        await connection.send(f"X-{number}: 1\r\n".encode())
        await asyncio.sleep(0.1)


MAYBE_SENT: list[tuple[Script, type[httpx.TransportError]]] = [
    (closes_at_once, httpx.RemoteProtocolError),
    (closes_after_the_request, httpx.RemoteProtocolError),
    (resets_after_the_request, httpx.ReadError),
    (closes_within_the_head, httpx.RemoteProtocolError),
    (closes_within_the_body, httpx.RemoteProtocolError),
    (closes_within_a_chunk, httpx.RemoteProtocolError),
    (speaks_another_protocol, httpx.RemoteProtocolError),
    (never_answers, httpx.ReadTimeout),
    (never_ends_the_body, httpx.ReadTimeout),
]


@pytest.mark.parametrize(("script", "kind"), MAYBE_SENT, ids=lambda row: row.__name__)
async def test_after_the_request_may_have_been_sent(script: Script, kind: type[httpx.TransportError]) -> None:
    """What happens after a connection was made is never told as if none had been made."""
    async with RawServer(script) as server:
        with pytest.raises(httpx.TransportError) as raised:
            await post(endpoint(server.url))

    assert kind is type(raised.value)


async def test_a_reset_within_the_body() -> None:
    """A body that is cut off by a reset is a lost answer, whichever of the two the client sees first."""
    async with RawServer(resets_within_the_body) as server:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await post(endpoint(server.url))


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize(
    ("script", "kind"),
    [(never_reads, httpx.WriteTimeout), (resets_while_the_request_is_written, httpx.ReadError)],
    ids=lambda row: row.__name__,
)
async def test_while_the_request_is_written(script: Script, kind: type[httpx.TransportError]) -> None:
    """A request that is too large for the sockets' buffers does not wait for ever, and may have been read."""
    async with RawServer(script) as server:
        with pytest.raises(httpx.TransportError) as raised:
            await post(endpoint(server.url), LARGE)

    assert kind is type(raised.value)


async def test_a_head_that_trickles() -> None:
    """A downstream that sends a byte now and then does not keep a call for ever."""
    async with RawServer(trickles_the_head) as server:
        with pytest.raises(httpx.WriteTimeout):
            await post(endpoint(server.url))


@pytest.fixture
def closed_port() -> Iterator[str]:
    """A port that nobody listens on, and that nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def full_port() -> Iterator[str]:
    """A port whose queue of connections is full, so that one more is not answered at all."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.settimeout(0)
            client.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for client in waiting:
            client.close()


async def test_connection_refused(closed_port: str) -> None:
    """Where nobody listens nothing was sent."""
    with pytest.raises(httpx.ConnectError, match="Cannot connect"):
        await post(endpoint(closed_port))


async def test_name_not_known() -> None:
    """Where a name has no address nothing was sent."""
    with pytest.raises(httpx.ConnectError):
        await post(endpoint("http://nowhere.invalid"))


async def test_tls_fails() -> None:
    """Where TLS fails nothing was sent."""
    async with RawServer(greets) as server:
        with pytest.raises(httpx.ConnectError):
            await post(
                endpoint(server.url.replace("http:", "https:"), connect_timeout="5s", pool_timeout="5s")
            )


async def test_connect_timeout(full_port: str) -> None:
    """A connection that is not made in time was not made: nothing was sent."""
    with pytest.raises(httpx.ConnectTimeout):
        await post(endpoint(full_port, pool_timeout="5s"))


async def test_pool_timeout() -> None:
    """A call that found all connections busy for too long was not sent."""
    async with RawServer(never_answers) as server:
        called = endpoint(server.url, max_connections=1, read_timeout="5s")
        async with httpx.AsyncClient(transport=open_transport(called)) as client:
            busy = asyncio.create_task(client.post(called.url, timeout=5))
            await server.connected.wait()
            with pytest.raises(httpx.PoolTimeout):
                await client.post(called.url, timeout=httpx.Timeout(5, pool=0.2))
            busy.cancel()

    assert 1 == server.connections


async def test_a_connection_that_was_closed_while_idle_is_not_used() -> None:
    """A kept connection that the downstream has closed is replaced, and the call succeeds."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer(200, b"{}")

    async with (
        RawServer(script) as server,
        httpx.AsyncClient(transport=open_transport(endpoint(server.url))) as client,
    ):
        statuses: list[int] = []
        for _ in range(3):
            statuses.append((await client.post(server.url)).status_code)
            await asyncio.sleep(0.05)  # the close is on its way

    assert [200, 200, 200] == statuses
