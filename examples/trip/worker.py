"""Serves trips: `python -m examples.trip.worker`."""

import asyncio
import os

from temporalio.worker import Worker

from activities.endpoint import Endpoint
from activities.http import Downstream
from examples.trip.activities import Flights, Hotels
from examples.trip.workflow import TripWorkflow
from runtime.client import connect
from runtime.ending import leave
from runtime.serving import run_until, told_to_stop

SERVICES_URL = os.environ.get("TRIP_SERVICES_URL", "http://127.0.0.1:8091")


async def main() -> None:
    client = await connect("trip-worker", prepare=True)
    async with (
        Downstream("hotels", Endpoint(url=f"{SERVICES_URL}/hotels")) as hotels,
        Downstream("flights", Endpoint(url=f"{SERVICES_URL}/flights")) as flights,
    ):
        rooms, seats = Hotels(hotels), Flights(flights)
        worker = Worker(
            client,
            task_queue="trips",
            workflows=[TripWorkflow],
            activities=[
                *(rooms.book_room, rooms.cancel_room),
                *(seats.book_seat, seats.cancel_seat, seats.issue_ticket),
            ],
        )
        with told_to_stop() as stop:
            await run_until(stop, worker, on_ready=lambda: print("trip worker ready", flush=True))


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
