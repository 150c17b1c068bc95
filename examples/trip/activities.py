"""Hotels and flights: each call beside the one that undoes it."""

from temporalio import activity

from activities.http import Downstream
from examples.trip.models import Booking, Cancellation, Ticket, TicketRequest, Trip


class Hotels:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="hotels.book_room")
    async def book_room(self, trip: Trip) -> Booking:
        return await self._downstream.call("/rooms", trip, returns=Booking)

    @activity.defn(name="hotels.cancel_room")
    async def cancel_room(self, trip: Trip) -> Cancellation:
        """Undo `book_room`; succeeds when there is nothing to cancel."""
        return await self._downstream.call("/rooms/cancel", trip, returns=Cancellation)


class Flights:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="flights.book_seat")
    async def book_seat(self, trip: Trip) -> Booking:
        """Refused with `NoFlight`."""
        return await self._downstream.call("/seats", trip, returns=Booking)

    @activity.defn(name="flights.cancel_seat")
    async def cancel_seat(self, trip: Trip) -> Cancellation:
        """Undo `book_seat`; succeeds when there is nothing to cancel."""
        return await self._downstream.call("/seats/cancel", trip, returns=Cancellation)

    @activity.defn(name="flights.issue_ticket")
    async def issue_ticket(self, request: TicketRequest) -> Ticket:
        return await self._downstream.call("/tickets", request, returns=Ticket)
