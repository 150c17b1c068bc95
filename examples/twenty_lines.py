"""A room that is given back when there is no flight: `python twenty_lines.py Atlantis`, with a Temporal server."""

import asyncio
import gc
import os
import sys

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import Worker

from saga import Saga, SagaPlugin, register
from saga.headers import refused


@activity.defn
async def book_room(city: str) -> str:
    return f"a room in {city}"


@activity.defn
async def cancel_room(city: str) -> None:
    print(f"given back: the room in {city}")


@activity.defn
async def book_flight(city: str) -> None:
    if city == "Atlantis":
        raise refused(f"nobody flies to {city}", type="NoFlight")


@workflow.defn
class Trip:
    def __init__(self) -> None:
        self.saga = Saga()

    @workflow.run
    async def run(self, city: str) -> str:
        async with self.saga as saga:
            room = await saga.execute_activity(book_room, city, compensation=cancel_room)
            await saga.execute_activity(book_flight, city)
        return room


async def main(city: str) -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    client = await Client.connect(address, plugins=[SagaPlugin()])
    await register(client)
    activities = [book_room, cancel_room, book_flight]
    async with Worker(client, task_queue="rooms", workflows=[Trip], activities=activities):
        try:
            print(await client.execute_workflow(Trip.run, city, id=f"trip-{city}", task_queue="rooms"))
        except WorkflowFailureError as failure:
            print(f"no trip: {failure.cause.__cause__}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    gc.collect()  # or the SDK's threads may crash the interpreter while it is taken down
