"""Hands on what the feeds of both ticket systems tell, change by change, to the flows of the tickets."""

from collections.abc import Awaitable, Callable, Mapping

from temporalio import activity

from activities.http import Downstream
from models.tickets import Change, Changes, Delivery, FeedQuery, System

Deliver = Callable[[Change], Awaitable[object]]
"""Gives a change to the flow of its ticket, which begins if there is none."""


class Feeds:
    def __init__(self, systems: Mapping[System, Downstream], deliver: Deliver) -> None:
        self._systems = systems
        self._deliver = deliver

    @activity.defn(name="feeds.hand_on_changes")
    async def hand_on_changes(self, query: FeedQuery) -> Delivery:
        """The next changes of a feed. Repeated, they are handed on again: the flows know what they have had."""
        told = await self._systems[query.system].read(
            "/changes", params={"after": str(query.cursor)}, returns=Changes
        )
        if told is None:
            return Delivery(cursor=query.cursor, delivered=0)
        for change in told.changes:
            await self._deliver(change)
            activity.heartbeat()
        return Delivery(cursor=told.cursor, delivered=len(told.changes))


async def nowhere(change: Change) -> None:
    """For a worker that was given no way to reach flows."""
    raise RuntimeError(f"Nobody takes the change {change.event_id}: this worker delivers no events.")
