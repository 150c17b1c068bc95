"""The tracker: the same tickets as those see them who mend what is broken."""

from services.backstage.operations import Service
from services.tickets import LONGEST_TITLE, SCHEMA, offer_tickets

tracker = Service(
    name="tracker",
    description="Tickets of the developers, and a feed of what changes. "
    f"A title has at most {LONGEST_TITLE} characters.",
    schema=SCHEMA,
)

offer_tickets(
    tracker,
    write="writeTrackerTicket",
    read="readTrackerTicket",
    changes="listTrackerChanges",
    manners="tellTrackerFeed",
)
