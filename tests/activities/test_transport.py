"""What the transport says of each thing that can happen to a connection: on real sockets, under both event loops."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest
import uvloop

from activities.endpoint import Endpoint
from activities.transport import open_transport
from tests.activities.calling import endpoint
from tests.activities.raw import Connection, RawServer, Script

PARTIAL = b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"
LARGE = b"x" * 30_000_000  # more than sockets buffer


@pytest.fixture(
    name="runner", params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)
def _runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """The worker runs on uvloop, whose sockets fail in ways of their own."""
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


async def post(called: Endpoint, content: bytes = b"{}") -> httpx.Response:
    timeout = httpx.Timeout(
        connect=called.connect_timeout.total_seconds(),
        read=called.read_timeout.total_seconds(),
        write=called.write_timeout.total_seconds(),
        pool=called.pool_timeout.total_seconds(),
    )
    async with httpx.AsyncClient(transport=open_transport(called), timeout=timeout) as client:
        return await client.post(called.url, content=content)


async def failure(called: Endpoint, content: bytes = b"{}") -> httpx.TransportError:
    with pytest.raises(httpx.TransportError) as raised:
        await post(called, content)
    return raised.value


async def failure_from(script: Script, content: bytes = b"{}") -> httpx.TransportError:
    async with RawServer(script) as server:
        return await failure(endpoint(server.url), content)


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


async def never_reads(_: Connection) -> None:
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


LOST = (httpx.RemoteProtocolError, httpx.ReadError)  # whichever the client sees first

MAYBE_SENT: list[tuple[Script, tuple[type[httpx.TransportError], ...]]] = [
    (closes_at_once, LOST),
    (closes_after_the_request, (httpx.RemoteProtocolError,)),
    (resets_after_the_request, (httpx.ReadError,)),
    (closes_within_the_head, (httpx.RemoteProtocolError,)),
    (closes_within_the_body, (httpx.RemoteProtocolError,)),
    (resets_within_the_body, LOST),
    (closes_within_a_chunk, (httpx.RemoteProtocolError,)),
    (speaks_another_protocol, (httpx.RemoteProtocolError,)),
    (never_answers, (httpx.ReadTimeout,)),
    (never_ends_the_body, (httpx.ReadTimeout,)),
    (trickles_the_head, (httpx.WriteTimeout,)),
]


@pytest.mark.parametrize(("script", "kinds"), MAYBE_SENT, ids=lambda row: getattr(row, "__name__", ""))
def test_after_the_request_may_have_been_sent(
    runner: asyncio.Runner, script: Script, kinds: tuple[type[httpx.TransportError], ...]
) -> None:
    """What happens after a connection was made is never told as if none had been made."""
    assert type(runner.run(failure_from(script))) in kinds


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize(
    ("script", "kinds"),
    [(never_reads, (httpx.WriteTimeout,)), (resets_while_the_request_is_written, LOST)],
    ids=lambda row: getattr(row, "__name__", ""),
)
def test_while_the_request_is_written(
    runner: asyncio.Runner, script: Script, kinds: tuple[type[httpx.TransportError], ...]
) -> None:
    """A request that is too large for the sockets' buffers does not wait for ever, and may have been read."""
    assert type(runner.run(failure_from(script, LARGE))) in kinds


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


def test_connection_refused(runner: asyncio.Runner, closed_port: str) -> None:
    """Where nobody listens nothing was sent."""
    assert httpx.ConnectError is type(runner.run(failure(endpoint(closed_port))))


def test_name_not_known(runner: asyncio.Runner) -> None:
    """Where a name has no address nothing was sent."""
    assert httpx.ConnectError is type(
        runner.run(failure(endpoint("http://nowhere.invalid", pool_timeout="5s")))
    )


def test_tls_fails(runner: asyncio.Runner) -> None:
    """Where TLS fails nothing was sent."""

    async def attempt() -> httpx.TransportError:
        async with RawServer(greets) as server:
            url = server.url.replace("http:", "https:")
            return await failure(endpoint(url, connect_timeout="5s", pool_timeout="5s"))

    assert httpx.ConnectError is type(runner.run(attempt()))


def test_connect_timeout(runner: asyncio.Runner, full_port: str) -> None:
    """A connection that is not made in time was not made: nothing was sent."""
    assert httpx.ConnectTimeout is type(runner.run(failure(endpoint(full_port, pool_timeout="5s"))))


def test_pool_timeout(runner: asyncio.Runner) -> None:
    """A call that found all connections busy for too long was not sent."""

    async def attempt() -> int:
        async with RawServer(never_answers) as server:
            called = endpoint(server.url, max_connections=1)
            async with httpx.AsyncClient(transport=open_transport(called)) as client:
                busy = asyncio.create_task(client.post(called.url, timeout=5))
                await server.connected.wait()
                with pytest.raises(httpx.PoolTimeout):
                    await client.post(called.url, timeout=httpx.Timeout(5, pool=0.2))
                busy.cancel()
        return server.connections

    assert 1 == runner.run(attempt())


def test_a_connection_that_was_closed_while_idle_is_not_used(runner: asyncio.Runner) -> None:
    """A kept connection that the downstream has closed is replaced, and the call succeeds."""

    async def closes_after_each(connection: Connection) -> None:
        await connection.request()
        await connection.answer(200, b"{}")

    async def attempt() -> list[int]:
        statuses: list[int] = []
        async with (
            RawServer(closes_after_each) as server,
            httpx.AsyncClient(transport=open_transport(endpoint(server.url))) as client,
        ):
            for _ in range(3):
                statuses.append((await client.post(server.url)).status_code)
                await asyncio.sleep(0.05)  # the close is on its way
        return statuses

    assert [200, 200, 200] == runner.run(attempt())
