"""The service desk: tickets as those see them who have the trouble."""

from services.backstage.operations import Service
from services.tickets import LONGEST_TITLE, SCHEMA, offer_tickets

desk = Service(
    name="desk",
    description="Tickets of the service desk, and a feed of what changes. "
    f"A title has at most {LONGEST_TITLE} characters.",
    schema=SCHEMA,
)

offer_tickets(
    desk, write="writeDeskTicket", read="readDeskTicket", changes="listDeskChanges", manners="tellDeskFeed"
)
