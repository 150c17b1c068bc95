"""The trip as `python -m crash_kit` knows it."""

from examples.trip.models import Trip
from examples.trip.workflow import TripWorkflow
from runtime.flows import Catalogue, Flow

CATALOGUE = Catalogue(
    [
        Flow(
            name="trip",
            workflow=TripWorkflow,
            input=Trip,
            id_of=lambda trip: f"trip-{trip.trip_id}",
            version="1.0.0",
            description="Book a room and a seat; then issue the ticket.",
            owner="travel",
        ),
    ]
)
