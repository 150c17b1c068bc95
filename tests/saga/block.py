"""A flow that swallows its cancel, in a wait of its own at the end of its block."""

import asyncio
from contextlib import suppress

from temporalio import workflow

from saga import Saga
from tests.saga.world import Job, World


@workflow.defn(name="swallowing")
class Swallowing:
    """Only the end of the block can still ask for the cancel."""

    @workflow.init
    def __init__(self) -> None:
        self.saga = Saga()

    @workflow.run
    async def run(self) -> None:
        async with self.saga as saga:
            await saga.execute_activity(World.make, Job(thing="a"), compensation=World.unmake)
            with suppress(asyncio.CancelledError):
                await workflow.wait_condition(lambda: False)
