"""How a process shows that it serves."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path

import httpx

HOST = "127.0.0.1"

Ready = Callable[[], Awaitable[bool]]


def listens(port: int) -> Ready:
    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def answers(url: str) -> Ready:
    """As the health checks of the containers ask."""

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(url)).status_code == HTTPStatus.OK
        except httpx.TransportError:
            return False

    return ready


def says(text: str, log: Path) -> Ready:
    """A program that writes this at the beginning of a line when it serves; each start writes it once more."""
    before = 0

    async def ready() -> bool:
        nonlocal before
        times = _times(text, log)
        if times == before:
            return False
        before = times
        return True

    return ready


def _times(text: str, log: Path) -> int:
    return sum(line.startswith(text) for line in log.read_text(errors="replace").splitlines())
