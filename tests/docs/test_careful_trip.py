"""The trip whose steps say what becomes of them: each thing that it says, seen to happen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from examples.careful_trip import Agency, CarefulTripWorkflow
from examples.trip.models import Trip
from saga import Resolution
from tests.endings import end_of, status_of
from tests.eventually import eventually


class Started(NamedTuple):
    handle: WorkflowHandle[Any, Any]
    agency: Agency

    async def steps(self) -> dict[str, str]:
        return {step.name: step.status for step in (await status_of(self.handle)).steps}

    async def held(self) -> None:
        """Until its seat waits for a person."""
        await eventually(lambda: status_of(self.handle), lambda status: bool(status.incidents))


@asynccontextmanager
async def trip_to(city: str, client: Client, task_queue: str) -> AsyncGenerator[Started]:
    agency = Agency()
    activities = [
        *(agency.book_room, agency.find_room, agency.cancel_room),
        *(agency.book_bed, agency.cancel_bed),
        *(agency.insure, agency.cancel_policy, agency.book_seat),
    ]
    async with Worker(client, task_queue=task_queue, workflows=[CarefulTripWorkflow], activities=activities):
        trip = Trip(trip_id="T-1", city=city, traveller="Ada Lovelace")
        handle = await client.start_workflow(
            CarefulTripWorkflow.run, trip, id=task_queue, task_queue=task_queue
        )
        yield Started(handle, agency)


@pytest.mark.parametrize(
    ("city", "booked"),
    [
        ("Rome", ["room", "policy", "seat"]),
        ("Paris", ["bed", "policy", "seat"]),
        ("Oslo", ["room", "policy", "seat"]),
        ("Pompeii", ["room", "seat"]),
    ],
)
async def test_it_is_booked(city: str, booked: list[str], client: Client, task_queue: str) -> None:
    """A refused room is replaced, a lost answer found, and a policy that is not to be had done without."""
    async with trip_to(city, client, task_queue) as trip:
        assert booked == await trip.handle.result()
        assert booked == trip.agency.booked


async def test_a_lost_answer_is_not_replaced(client: Client, task_queue: str) -> None:
    """The probe sees no room, but it may still come: no bed is booked, and the room is cancelled."""
    async with trip_to("Bergen", client, task_queue) as trip:
        assert "AnswerLost" == await end_of(trip.handle)
        assert {"book_room": "compensated"} == await trip.steps()


async def test_a_person_corrects_the_input(client: Client, task_queue: str) -> None:
    """The seat is held while all else stays booked, and then flies elsewhere."""
    async with trip_to("Atlantis", client, task_queue) as trip:
        await trip.held()
        stays = list(trip.agency.booked)
        right: dict[str, object] = {"trip_id": "T-1", "city": "Athens", "traveller": "Ada Lovelace"}
        said = Resolution(incident="book_seat", decision="retry", by="ada", reason="mistyped", input=right)
        await trip.handle.execute_update("resolve", said)

        assert ["room", "policy", "seat"] == await trip.handle.result()
        assert ["room", "policy"] == stays


async def test_nobody_mends_it_in_time(time_skipping: WorkflowEnvironment, task_queue: str) -> None:
    """The deadline bounds the wait for a person: then all is undone."""
    async with trip_to("Atlantis", time_skipping.client, task_queue) as trip:
        await trip.held()
        await time_skipping.sleep(timedelta(days=2, hours=1))

        assert "DeadlineExceeded" == await end_of(trip.handle)
        assert [] == trip.agency.booked
        assert {"book_room": "compensated", "insure": "compensated", "book_seat": "failed"} == (
            await trip.steps()
        )
