"""Starts a trip and waits for it: `python -m examples.trip.start T-1 Rome`."""

import asyncio
import sys

from temporalio.client import WorkflowFailureError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from examples.trip.models import Trip
from examples.trip.workflow import TripWorkflow
from runtime.client import connect
from runtime.ending import leave
from saga.step import describe


async def main(trip_id: str, city: str) -> str:
    client = await connect("trip-starter", prepare=True)
    try:
        booked = await client.execute_workflow(
            TripWorkflow.run,
            Trip(trip_id=trip_id, city=city, traveller="Ada Lovelace"),
            id=f"trip-{trip_id}",
            task_queue="trips",
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        )
    except WorkflowAlreadyStartedError:
        return f"{trip_id} is booked, or is being booked, already"
    except WorkflowFailureError as failure:
        return f"{trip_id} is not booked: {describe(failure.cause)}"
    return f"{trip_id} is booked: {booked.room_id}, {booked.seat_id}"


if __name__ == "__main__":
    print(asyncio.run(main(*sys.argv[1:])))
    leave(0)
