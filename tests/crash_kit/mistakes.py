"""Trips with the mistakes that are made most: each goes well until something goes wrong."""

from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from examples.trip.activities import Flights, Hotels
    from examples.trip.catalogue import CATALOGUE as TRIPS
    from examples.trip.models import Booked, TicketRequest, Trip
    from runtime.flows import Catalogue, Flow
    from tests.crash_kit.mistaken_calls import KeylessFlights, LateFlights


class Mistaken:
    def __init__(self) -> None:
        self.saga = Saga()


@workflow.defn(name="forgetful-trip")
class ForgetfulTrip(Mistaken):
    """The seat has no compensation."""

    @workflow.run
    async def run(self, trip: Trip) -> Booked:
        async with self.saga as saga:
            room = await saga.execute_activity(Hotels.book_room, trip, compensation=Hotels.cancel_room)
            seat = await saga.execute_activity(Flights.book_seat, trip)
            await saga.execute_activity(Flights.issue_ticket, TicketRequest(seat_id=seat.id))
        return Booked(room_id=room.id, seat_id=seat.id)


@workflow.defn(name="late-trip")
class LateTrip(Mistaken):
    """The compensation of the seat is registered when the seat is known to be booked."""

    @workflow.run
    async def run(self, trip: Trip) -> Booked:
        async with self.saga as saga:
            room = await saga.execute_activity(Hotels.book_room, trip, compensation=Hotels.cancel_room)
            booked = await saga.execute_activity(LateFlights.book_seat, trip)
            saga.add_compensation(LateFlights.cancel_seat, booked, step="seat")
        await saga.execute_activity(Flights.issue_ticket, TicketRequest(seat_id=booked.seat_id))
        return Booked(room_id=room.id, seat_id=booked.seat_id)


@workflow.defn(name="keyless-trip")
class KeylessTrip(Mistaken):
    """The seat is booked under a new key each time that it is tried."""

    @workflow.run
    async def run(self, trip: Trip) -> Booked:
        async with self.saga as saga:
            room = await saga.execute_activity(Hotels.book_room, trip, compensation=Hotels.cancel_room)
            seat = await saga.execute_activity(
                KeylessFlights.book_seat, trip, compensation=Flights.cancel_seat
            )
        await saga.execute_activity(Flights.issue_ticket, TicketRequest(seat_id=seat.id))
        return Booked(room_id=room.id, seat_id=seat.id)


MISTAKEN = (ForgetfulTrip, LateTrip, KeylessTrip)


def _flow(name: str, mistaken: type[Mistaken]) -> Flow[Trip]:
    return Flow(
        name=name,
        workflow=mistaken,
        input=Trip,
        id_of=lambda trip: f"{name}-{trip.trip_id}",
        version="1",
        description=str(mistaken.__doc__),
        owner="nobody",
    )


CATALOGUE = Catalogue(
    [
        *TRIPS,
        _flow("forgetful-trip", ForgetfulTrip),
        _flow("late-trip", LateTrip),
        _flow("keyless-trip", KeylessTrip),
    ]
)
"""With the trip that makes no mistake."""
