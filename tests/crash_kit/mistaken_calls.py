"""The calls of the mistaken trips."""

from uuid import uuid4

from temporalio import activity

from activities.http import Downstream
from examples.trip.models import Booking, Cancellation, Record, Trip
from saga.headers import current_step, enter_step


class Seat(Record):
    """A booked seat, with the key under which it can be cancelled."""

    seat_id: str
    key: str
    trip: Trip


class LateFlights:
    """Needs a seat to cancel one."""

    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="flights.book_seat_and_say_how")
    async def book_seat(self, trip: Trip) -> Seat:
        booked = await self._downstream.call("/seats", trip, returns=Booking)
        return Seat(seat_id=booked.id, key=current_step().key, trip=trip)

    @activity.defn(name="flights.cancel_known_seat")
    async def cancel_seat(self, seat: Seat) -> Cancellation:
        enter_step(current_step().model_copy(update={"compensates": seat.key}))
        return await self._downstream.call("/seats/cancel", seat.trip, returns=Cancellation)


class KeylessFlights:
    """Thinks that a key is a random number."""

    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="flights.book_seat_again_and_again")
    async def book_seat(self, trip: Trip) -> Booking:
        enter_step(current_step().model_copy(update={"key": str(uuid4())}))
        return await self._downstream.call("/seats", trip, returns=Booking)
