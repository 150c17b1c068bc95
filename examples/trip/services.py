"""Stand-ins for a hotel chain and an airline: `python -m examples.trip.services`. Keys, ledger and faults come along."""

import socket
import sys
from pathlib import Path
from sqlite3 import Connection

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import ProblemType, Refused
from services.backstage.server import open_storage, serve
from services.backstage.storage import new_id

NO_ROOM = ProblemType("no-room", 409, "The hotel is full")
NO_FLIGHT = ProblemType("no-flight", 422, "Nobody flies there")

hotels = Service(
    name="hotels",
    description="Lets rooms.",
    schema="CREATE TABLE IF NOT EXISTS rooms (id TEXT PRIMARY KEY, city TEXT NOT NULL) WITHOUT ROWID;",
)
flights = Service(
    name="flights",
    description="Sells seats. Nobody flies to Atlantis.",
    schema="CREATE TABLE IF NOT EXISTS seats (id TEXT PRIMARY KEY, city TEXT NOT NULL) WITHOUT ROWID;",
)


class TripRequest(RequestBody):
    trip_id: str
    city: str
    traveller: str


class TicketRequest(RequestBody):
    seat_id: str


@hotels.step("/rooms", operation_id="bookRoom", refusals=(NO_ROOM,))
def book_room(db: Connection, body: TripRequest) -> Resource:
    """Book a room."""
    room = Resource(id=new_id("room"))
    db.execute("INSERT INTO rooms VALUES (?, ?)", (room.id, body.city))
    return room


@hotels.compensation(
    "/rooms/cancel",
    operation_id="cancelRoom",
    undoes="bookRoom",
    done="cancelled",
    nothing="nothing_to_cancel",
)
def cancel_room(db: Connection, room_id: str) -> None:
    """Cancel a room."""
    db.execute("DELETE FROM rooms WHERE id = ?", (room_id,))


@flights.step("/seats", operation_id="bookSeat", refusals=(NO_FLIGHT,))
def book_seat(db: Connection, body: TripRequest) -> Resource:
    """Book a seat."""
    if body.city == "Atlantis":
        raise Refused(NO_FLIGHT, f"no airline goes to {body.city}")
    seat = Resource(id=new_id("seat"))
    db.execute("INSERT INTO seats VALUES (?, ?)", (seat.id, body.city))
    return seat


@flights.compensation(
    "/seats/cancel",
    operation_id="cancelSeat",
    undoes="bookSeat",
    done="cancelled",
    nothing="nothing_to_cancel",
)
def cancel_seat(db: Connection, seat_id: str) -> None:
    """Cancel a seat."""
    db.execute("DELETE FROM seats WHERE id = ?", (seat_id,))


@flights.step("/tickets", operation_id="issueTicket", refusals=(NO_FLIGHT,))
def issue_ticket(db: Connection, body: TicketRequest) -> Resource:
    """Issue a ticket for a seat."""
    if db.execute("SELECT 1 FROM seats WHERE id = ?", (body.seat_id,)).fetchone() is None:
        raise Refused(NO_FLIGHT, f"there is no seat {body.seat_id}")
    return Resource(id=new_id("ticket"))


def main(port: int, db: Path) -> None:
    both = (hotels, flights)
    db.parent.mkdir(exist_ok=True)
    serve(both, open_storage(db, both), socket.create_server(("127.0.0.1", port)))


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(int(given.get(1, "8091")), Path(given.get(2, "var/trip.db")))
