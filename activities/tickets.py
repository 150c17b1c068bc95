"""Both ticket systems: reads and writes their tickets."""

from temporalio import activity

from activities.http import Downstream
from models.tickets import Ticket, TicketQuery, TicketWrite, TicketWritten


class Desk:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="desk.read_ticket")
    async def read_ticket(self, query: TicketQuery) -> Ticket | None:
        return await _read(self._downstream, query)

    @activity.defn(name="desk.write_ticket")
    async def write_ticket(self, write: TicketWrite) -> TicketWritten:
        """Write into a ticket, which is made where there is none. Refused with `TicketRefused`."""
        return await self._downstream.call("/tickets", write, returns=TicketWritten)


class Tracker:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="tracker.read_ticket")
    async def read_ticket(self, query: TicketQuery) -> Ticket | None:
        return await _read(self._downstream, query)

    @activity.defn(name="tracker.write_ticket")
    async def write_ticket(self, write: TicketWrite) -> TicketWritten:
        """Write into a ticket, which is made where there is none. Refused with `TicketRefused`."""
        return await self._downstream.call("/tickets", write, returns=TicketWritten)


async def _read(downstream: Downstream, query: TicketQuery) -> Ticket | None:
    return await downstream.read("/tickets/{ticket}", params={"ticket": query.ticket}, returns=Ticket)
