"""Waits for what no event announces: polls in short steps, and says what it last saw when the time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    look: Callable[[], Awaitable[T]],
    wanted: Callable[[T], bool],
    *,
    within: timedelta = timedelta(seconds=30),
) -> T:
    """What `look` answers as soon as it is `wanted`; fails with the last answer when `within` has passed."""
    end = asyncio.get_running_loop().time() + within.total_seconds()
    while not wanted(seen := await look()):
        assert asyncio.get_running_loop().time() < end, f"still {seen!r} after {within}"
        await asyncio.sleep(0.05)
    return seen
