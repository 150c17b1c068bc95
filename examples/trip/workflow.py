"""Trip: book a room and a seat; then issue the ticket."""

from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from examples.trip.activities import Flights, Hotels
    from examples.trip.models import Booked, TicketRequest, Trip


@workflow.defn(name="trip")
class TripWorkflow:
    def __init__(self) -> None:
        self.saga = Saga(version="1.0.0")

    @workflow.run
    async def run(self, trip: Trip) -> Booked:
        async with self.saga as saga:
            room = await saga.execute_activity(Hotels.book_room, trip, compensation=Hotels.cancel_room)
            seat = await saga.execute_activity(Flights.book_seat, trip, compensation=Flights.cancel_seat)
        # The point of no return: from here on only forward, for as long as it takes.
        await saga.execute_activity(Flights.issue_ticket, TicketRequest(seat_id=seat.id))
        return Booked(room_id=room.id, seat_id=seat.id)
