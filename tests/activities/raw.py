"""A server that does to a connection whatever a test says: well-formed HTTP is only one of the things it can say."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; header names in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One connection, from the side of the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def request(self) -> Request:
        """Raises asyncio.IncompleteReadError when the client has gone."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (text.partition(": ") for text in lines)}
        return Request(line, headers, await self._reader.readexactly(int(headers.get("content-length", "0"))))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str] = JSON) -> None:
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
        await self.send("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body)

    async def gone(self) -> None:
        """Returns when the client has closed the connection."""
        await self._reader.read()

    def close(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        """RST in place of FIN."""
        linger = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()


Script = Callable[[Connection], Awaitable[None]]


@dataclass
class RawServer:
    """`async with RawServer(script) as server:` plays the script on each connection."""

    script: Script
    connections: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._server = await asyncio.start_server(self._play, sock=listener, limit=4096)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.connected.set()
        task = asyncio.create_task(self._to_the_end(Connection(reader, writer), writer))
        self._tasks.add(task)

    async def _to_the_end(self, connection: Connection, writer: asyncio.StreamWriter) -> None:
        try:
            await self.script(connection)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()


def answering(status: int, body: bytes, headers: Mapping[str, str] = JSON) -> Script:
    """Answers every request alike."""

    async def script(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.answer(status, body, headers)

    return script


def recording(requests: list[Request], body: bytes) -> Script:
    """Answers 201, and keeps the requests."""

    async def script(connection: Connection) -> None:
        while True:
            requests.append(await connection.request())
            await connection.answer(201, body)

    return script
