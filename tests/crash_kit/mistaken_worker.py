"""Serves the mistaken trips, and the one without a mistake: `python -m tests.crash_kit.mistaken_worker`."""

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
from tests.crash_kit.mistaken_calls import KeylessFlights, LateFlights
from tests.crash_kit.mistakes import MISTAKEN


async def main() -> None:
    client = await connect("mistaken-worker", prepare=True)
    async with (
        Downstream("hotels", Endpoint(url=os.environ["HOTELS_URL"])) as hotels,
        Downstream("flights", Endpoint(url=os.environ["FLIGHTS_URL"])) as flights,
    ):
        rooms, seats = Hotels(hotels), Flights(flights)
        late, keyless = LateFlights(flights), KeylessFlights(flights)
        worker = Worker(
            client,
            task_queue=os.environ["TASK_QUEUE"],
            workflows=[TripWorkflow, *MISTAKEN],
            activities=[
                *(rooms.book_room, rooms.cancel_room),
                *(seats.book_seat, seats.cancel_seat, seats.issue_ticket),
                *(late.book_seat, late.cancel_seat, keyless.book_seat),
            ],
        )
        with told_to_stop() as stop:
            await run_until(stop, worker, on_ready=lambda: print("trips of all kinds: ready", flush=True))


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
