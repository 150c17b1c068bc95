"""The feed of a ticket system: read for as long as there are tickets, and handed on to the flows of the tickets.

The place in the feed is the flow's own; it moves on when all that was read is handed on. What is handed on twice, as
after a crash, the flow of the ticket knows.
"""

import asyncio

from temporalio import workflow

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from activities.feeds import Feeds
    from activities.ops import Ops
    from models.ticket_sync import TicketFeed, TicketFeedRead
    from models.tickets import FeedQuery

VERSION = "1.0.0"

ROLL_OVER_AFTER = 1_000
"""Events of a history: each poll has some, and it goes on for years."""


class Feed(TicketFeed, Resumable):
    """With what the run before has left."""


@workflow.defn(name="ticket-feed")
class TicketFeedWorkflow:
    """Each change that a feed tells reaches the flow of its ticket."""

    @workflow.init
    def __init__(self, feed: Feed) -> None:
        self.saga = Saga(
            version=VERSION, announce=Ops.tell, carried=feed.carried, roll_over_after=ROLL_OVER_AFTER
        )
        self.feed = feed

    @workflow.run
    async def run(self, feed: Feed) -> TicketFeedRead:
        del feed  # it is in `__init__`
        self.saga.point_of_no_return()
        while await self.tells_more() or not self.feed.once:
            if self.saga.roll_over_due:
                await self.saga.roll_over(self.feed)
        return TicketFeedRead(system=self.feed.system, cursor=self.feed.cursor, delivered=self.feed.delivered)

    async def tells_more(self) -> bool:
        """Hand on what there is; where there is nothing, wait until it is time to ask again."""
        query = FeedQuery(system=self.feed.system, cursor=self.feed.cursor)
        page = await self.saga.execute_activity(Feeds.hand_on_changes, query)
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError
        delivered = self.feed.delivered + page.delivered
        self.feed = self.feed.model_copy(update={"cursor": page.cursor, "delivered": delivered})
        if not (page.delivered or self.feed.once):
            await workflow.sleep(self.feed.poll_every, summary="then ask again")
        return page.delivered > 0
