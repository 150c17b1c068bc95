"""Ticket synchronisation: one ticket, in two systems, for as long as it lives.

What one system tells of a change is written to the other, and what we have written ourselves is not written back. What
stands where both have changed, is the rule of `models.ticket_sync`. Nothing here is undone: each write is tried for
as long as it takes.
"""

from datetime import timedelta

from temporalio import workflow

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from activities.ops import Ops
    from activities.tickets import Desk, Tracker
    from models.ticket_sync import Agreed, TicketSync, TicketSynced
    from models.tickets import Change, System, TicketQuery

VERSION = "1.0.0"

HOLD_BACK = timedelta(seconds=30)
"""A change waits so long at most for those before it in its system."""

REMEMBER = 1_000
ROLL_OVER_AFTER = 2_000
"""Events of a history: a ticket lives for months."""


class Sync(TicketSync, Resumable):
    """With what the run before has left."""


@workflow.defn(name="ticket-sync")
class TicketSyncWorkflow:
    """Both systems show the same ticket, whatever the order in which their changes become known."""

    @workflow.init
    def __init__(self, sync: Sync) -> None:
        self.saga = Saga(
            version=VERSION, announce=Ops.tell, carried=sync.carried, roll_over_after=ROLL_OVER_AFTER
        )
        self.changes = self.saga.mailbox(
            "changes",
            Change,
            key=lambda change: change.event_id,
            stream=lambda change: change.system,
            sequence=lambda change: change.sequence,
            hold_back=HOLD_BACK,
            remember=REMEMBER,
        )
        self.agreed = sync.agreed or Agreed()

    @workflow.run
    async def run(self, sync: Sync) -> TicketSynced:
        self.saga.point_of_no_return()
        if sync.agreed is None:
            await self.look_at_both(sync.ticket)
        await self.take_in()
        await self.write_both(sync.ticket)
        while await self.has_changed(sync.linger):
            await self.write_both(sync.ticket)
            if self.saga.roll_over_due:
                await self.saga.roll_over(sync.model_copy(update={"agreed": self.agreed}))
        return self.synced(sync.ticket)

    async def look_at_both(self, ticket: str) -> None:
        query = TicketQuery(ticket=ticket)
        desk = await self.saga.execute_activity(Desk.read_ticket, query, step="look_at_desk")
        tracker = await self.saga.execute_activity(Tracker.read_ticket, query, step="look_at_tracker")
        for system, found in ((System.DESK, desk), (System.TRACKER, tracker)):
            if found:
                self.agreed = self.agreed.with_ticket(system, found)

    async def has_changed(self, linger: timedelta) -> bool:
        """Wait for a change, and take in all that are here; False once a ticket that is over has been quiet for long."""
        change = await (self.changes.next_within(linger) if self.agreed.is_over else self.changes.next())
        if change is None:
            return False
        self.agreed = self.agreed.with_change(change)
        await self.take_in()
        return True

    async def take_in(self) -> None:
        while self.changes.ready:
            self.agreed = self.agreed.with_change(await self.changes.next())

    async def write_both(self, ticket: str) -> None:
        for system, write in ((System.DESK, Desk.write_ticket), (System.TRACKER, Tracker.write_ticket)):
            owed = self.agreed.write_for(system, ticket)
            if owed:
                written = await self.saga.execute_activity(write, owed, step=f"write_{system}")
                self.agreed = self.agreed.with_written(system, owed, version=written.version)

    def synced(self, ticket: str) -> TicketSynced:
        mailbox = self.changes.status()
        return TicketSynced(
            ticket=ticket,
            fields=self.agreed.fields(),
            changes=mailbox.received - mailbox.duplicates,
            duplicates=mailbox.duplicates,
            passed_over=mailbox.passed_over,
            late=mailbox.late,
            echoes=self.agreed.echoes,
        )
