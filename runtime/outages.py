"""Says once that the server does not answer, and once that it does again, where the core says so for each poller."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from runtime.client import address_of
from runtime.core import LOGGER as CORE

LOGGER = logging.getLogger(__name__)
REPEATED = re.compile(r"gRPC call \w+ retried \d+ times")
ASK_AGAIN = timedelta(seconds=1)


@asynccontextmanager
async def outages_told(client: Client) -> AsyncGenerator[None]:
    """While the block runs."""
    with _calls_repeated() as repeated:
        telling = asyncio.create_task(_tell(client, repeated))
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.wait({telling})


@contextmanager
def _calls_repeated() -> Generator[asyncio.Event]:
    """An event that is set when the core says that it repeats its calls; those lines go no further."""
    repeated, loop = asyncio.Event(), asyncio.get_running_loop()

    def passes(record: logging.LogRecord) -> bool:
        """Called by a thread of the core."""
        if not REPEATED.match(record.getMessage()):
            return True
        with suppress(RuntimeError):  # the loop has just ended
            loop.call_soon_threadsafe(repeated.set)
        return False

    CORE.addFilter(passes)
    try:
        yield repeated
    finally:
        CORE.removeFilter(passes)


async def _tell(client: Client, repeated: asyncio.Event) -> None:
    while await repeated.wait():
        address = address_of(client)
        LOGGER.warning("The server at %s does not answer. It is asked until it does", address)
        while not await _answers(client):  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(ASK_AGAIN.total_seconds())
        LOGGER.info("The server at %s answers again", address)
        repeated.clear()


async def _answers(client: Client) -> bool:
    try:
        return await client.service_client.check_health(timeout=ASK_AGAIN)
    except RPCError:
        return False
