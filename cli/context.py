"""What the composition root gives to each command: the catalogue, the settings that concern it, and a connection."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from temporalio.client import Client
from temporalio.service import RPCError

from cli.output import Output
from runtime.client import refusal_of
from runtime.document_terms import DocumentTerms
from runtime.flows import Catalogue
from runtime.links import WebUi
from runtime.payload_store import without_store

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Context:
    output: Output
    catalogue: Catalogue
    task_queue: str
    downstreams: Sequence[str]
    web_ui: WebUi
    connect: Callable[[], Awaitable[Client]]
    documents: DocumentTerms

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
            raise refusal_of(client, error) from error
        except RuntimeError as error:
            if lost := without_store(error):
                raise lost from None
            raise
