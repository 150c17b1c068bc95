"""The people of both ticket systems, and what a ticket looks like there."""

import uuid
from dataclasses import dataclass, field

from models.ticket_sync import TicketFeed, TicketSync
from models.tickets import Delivery, System
from saga import FlowStatus
from services.tickets import Ticket
from tests.standins import StandIns
from tests.workflows.playing import Handle, Playing

SYNC = "ticket-sync"
DESK, TRACKER = System
WRITES = ("writeDeskTicket", "writeTrackerTicket")


@dataclass
class Feeds:
    """How far each feed has been handed on."""

    cursors: dict[System, int] = field(default_factory=lambda: dict.fromkeys(System, 0))


@dataclass(frozen=True)
class Ticketing:
    """One ticket in both systems, and the flow that keeps it the same."""

    playing: Playing
    feeds: Feeds
    ticket: str

    @property
    def stand_ins(self) -> StandIns:
        return self.playing.stand_ins

    @property
    def flow(self) -> Handle:
        """Whichever run of it there is."""
        return self.playing.client.get_workflow_handle(f"{SYNC}-{self.ticket}")

    # --- what people do ------------------------------------------------------------------------------------

    async def write(self, system: System, *comments: str, **fields: str) -> None:
        """By the system's own door."""
        said = [{"text": text} for text in comments]
        await self._post(f"/{system}/tickets", ticket=self.ticket, fields=fields, comments=said)

    async def manners(self, system: System, **manners: int | bool) -> None:
        """How unruly its feed is from now on; without any it is orderly."""
        await self._post(f"/{system}/feed", **manners)

    async def shown(self, system: System) -> Ticket:
        answer = await self.stand_ins.http.get(f"/{system}/tickets/{self.ticket}")
        return Ticket.model_validate_json(answer.raise_for_status().content)

    async def fields(self, system: System) -> dict[str, str]:
        return {name: shown.value for name, shown in (await self.shown(system)).fields.items()}

    async def comments(self, system: System) -> list[str]:
        return [comment.text for comment in (await self.shown(system)).comments]

    # --- what the flows do ---------------------------------------------------------------------------------

    async def start(self, **asked: object) -> Handle:
        return await self.playing.start(SYNC, TicketSync.model_validate({"ticket": self.ticket, **asked}))

    async def hand_on(self) -> int:
        """What both feeds have told since, by flows that end where the feed ends; how many changes it was.

        Asked for its result, a flow would make a time-skipping server skip.
        """
        delivered = 0
        for system in System:
            feed = TicketFeed(
                feed=f"{system}-{uuid.uuid4()}", system=system, cursor=self.feeds.cursors[system], once=True
            )
            handle = await self.playing.start("ticket-feed", feed)
            status = await self.playing.until(handle, lambda status: status.completed_at is not None)
            pages = [Delivery.model_validate(step.result) for step in status.steps]
            self.feeds.cursors[system] = pages[-1].cursor
            delivered += sum(page.delivered for page in pages)
        return delivered

    async def settle(self) -> None:
        """Hand on until no change is left, our own included."""
        while await self.hand_on():
            await self.at_rest()

    async def at_rest(self) -> FlowStatus:
        """As soon as the flow has read all that has come, and waits for more."""
        return await self.playing.until(
            self.flow,
            lambda status: status.waiting_for == "event:changes" and status.mailboxes[0].pending == 0,
        )

    async def writes(self) -> list[str]:
        """The flow's own, in order."""
        calls = await self.playing.operations(self.flow)
        return [operation for operation in calls if operation in WRITES]

    async def _post(self, path: str, **body: object) -> None:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        (await self.stand_ins.http.post(path, json=body, headers=key)).raise_for_status()
