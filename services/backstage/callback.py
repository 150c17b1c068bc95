"""Calls somebody back who has left an address: later, once, and whether or not anybody hears it."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

BOUND_SECONDS = 5

_under_way: set[asyncio.Task[None]] = set()


def call_back(url: str, *, after: float) -> None:
    """POST to the address in so many seconds."""
    task = asyncio.get_running_loop().create_task(_posted(url, after))
    _under_way.add(task)  # the loop itself keeps no task alive
    task.add_done_callback(_under_way.discard)


async def _posted(url: str, after: float) -> None:
    await asyncio.sleep(after)
    parts = urlsplit(url)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(BOUND_SECONDS):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 0\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode())
            await reader.read()
            writer.close()
