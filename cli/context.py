"""What the composition root gives to each command: the catalogue, the settings that concern it, and a connection."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from cli.output import Output
from runtime.client import address_of
from runtime.flows import Catalogue
from runtime.links import WebUi
from runtime.refusals import MessageRefused, Unreachable

Answer = TypeVar("Answer")

GONE = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}


@dataclass(frozen=True)
class Context:
    output: Output
    catalogue: Catalogue
    task_queue: str
    downstreams: Sequence[str]
    web_ui: WebUi
    connect: Callable[[], Awaitable[Client]]

    def with_client(self, work: Callable[[Client], Awaitable[Answer]]) -> Answer:
        """Connect, and run `work` to its end. What the server itself refuses is told in its words.

        Raises:
            Unreachable: nobody answers within some seconds, or the server has gone away.
        """
        return asyncio.run(self._connected(work))

    async def _connected(self, work: Callable[[Client], Awaitable[Answer]]) -> Answer:
        client = await self.connect()
        try:
            return await work(client)
        except RPCError as error:
            if error.status in GONE:
                raise Unreachable(address_of(client), error.message) from error
            raise MessageRefused(f"The server refuses: {error.message}", error.status.name) from error
