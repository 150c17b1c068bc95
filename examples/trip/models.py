"""What the trip's services are asked, and what they answer."""

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """Lives in histories, so it ignores unknown fields and grows only by fields with defaults."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Trip(Record):
    trip_id: str
    city: str
    traveller: str = Field(repr=False)
    """Shown as `***` in every status."""


class Booking(Record):
    id: str


class Cancellation(Record):
    """Without an id there was nothing to cancel."""

    id: str | None


class TicketRequest(Record):
    seat_id: str


class Ticket(Record):
    id: str


class Booked(Record):
    room_id: str
    seat_id: str
