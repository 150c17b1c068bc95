"""A trip that does not give up at once: each step says what becomes of it when it fails."""

from datetime import timedelta

from temporalio import activity, workflow

from saga import Saga
from saga.headers import refused, unknown

with workflow.unsafe.imports_passed_through():
    from examples.trip.models import Booking, Trip


class Agency:
    """Books in its own books, so that all of it is on this page; the city decides what goes wrong."""

    def __init__(self) -> None:
        self.booked: list[str] = []

    @activity.defn
    async def book_room(self, trip: Trip) -> Booking:
        if trip.city == "Paris":
            raise refused("the hotel is full", type="NoRoom")
        if trip.city == "Oslo":
            self.booked.append("room")
        if trip.city in ("Oslo", "Bergen"):
            raise unknown("no answer from the hotel", type="AnswerLost")
        return self._book("room")

    @activity.defn
    async def find_room(self, trip: Trip) -> Booking | None:
        """The probe of `book_room`: what it has booked, if it has."""
        del trip
        return Booking(id="room") if "room" in self.booked else None

    @activity.defn
    async def cancel_room(self, trip: Trip) -> None:
        self._cancel("room", trip)

    @activity.defn
    async def book_bed(self, trip: Trip) -> Booking:
        """In a hostel, with other people."""
        del trip
        return self._book("bed")

    @activity.defn
    async def cancel_bed(self, trip: Trip) -> None:
        self._cancel("bed", trip)

    @activity.defn
    async def insure(self, trip: Trip) -> Booking:
        if trip.city == "Pompeii":
            raise refused("nobody insures that", type="NotInsured")
        return self._book("policy")

    @activity.defn
    async def cancel_policy(self, trip: Trip) -> None:
        self._cancel("policy", trip)

    @activity.defn
    async def book_seat(self, trip: Trip) -> Booking:
        if trip.city == "Atlantis":
            raise refused("nobody flies there", type="NoFlight")
        return self._book("seat")

    def _book(self, what: str) -> Booking:
        self.booked.append(what)
        return Booking(id=what)

    def _cancel(self, what: str, trip: Trip) -> None:
        del trip
        self.booked = [booked for booked in self.booked if booked != what]


@workflow.defn(name="careful-trip")
class CarefulTripWorkflow:
    def __init__(self) -> None:
        self.saga = Saga(version="1.0.0", deadline=timedelta(days=2))

    @workflow.run
    async def run(self, trip: Trip) -> list[str]:
        async with self.saga as saga:
            bed = await saga.fallback(
                saga.execute_activity(
                    Agency.book_room, trip, compensation=Agency.cancel_room, probe=Agency.find_room
                ),
                saga.execute_activity(Agency.book_bed, trip, compensation=Agency.cancel_bed),
            )
            policy = await saga.optional(
                saga.execute_activity(Agency.insure, trip, compensation=Agency.cancel_policy)
            )
            seat = await saga.execute_activity(Agency.book_seat, trip, on_failure="hold")
        return [booking.id for booking in (bed, policy, seat) if booking]
