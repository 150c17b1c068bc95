"""The stories of tickets and their feeds that are recorded."""

from datetime import timedelta

from models.ticket_sync import TicketFeed, TicketSync
from models.tickets import System
from tests.endings import end_of
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.ticketing import DESK, TRACKER, Feeds, Ticketing

LINGER = timedelta(seconds=1)


def ticket(recording: Recording, name: str) -> Ticketing:
    return Ticketing(recording.playing, Feeds(), name)


async def both_sides(recording: Recording) -> Handle:
    """To and fro, with an echo each time."""
    ours = ticket(recording, "both-sides")
    await ours.write(DESK, "Since this morning.", title="The screen stays dark", status="open")
    handle = await ours.start(linger=LINGER)
    await ours.settle()
    await ours.write(TRACKER, "It is the cable.", status="closed")
    await ours.hand_on()
    return handle


async def unruly(recording: Recording) -> Handle:
    """Shuffled and doubled, with a gap in between."""
    ours = ticket(recording, "unruly")
    await ours.write(DESK, status="open")
    handle = await ours.start(linger=LINGER)
    await ours.settle()
    await ours.manners(DESK, handful=5, twice=True)
    for number in range(4):
        await ours.write(DESK, f"{number} of 4")
    await ours.write(DESK, status="closed")
    await ours.hand_on()
    await ours.manners(DESK)
    return handle


async def retried(recording: Recording) -> Handle:
    """A write that is refused, and retried by a person."""
    ours = ticket(recording, "retried")
    await ours.write(DESK, status="closed")
    await recording.stand_ins.faults.add("writeTrackerTicket", "refuse")
    handle = await ours.start(linger=LINGER)
    incident = await recording.playing.incident(handle)
    await recording.playing.resolve(handle, incident.id, "retry")
    return handle


async def nobody_has_it(recording: Recording) -> Handle:
    sync = TicketSync(ticket="nobody-has-it", linger=LINGER)
    return await recording.playing.start("ticket-sync", sync)


async def read_to_its_end(recording: Recording) -> Handle:
    ours = ticket(recording, "told")
    await ours.write(DESK, status="closed")
    feed = TicketFeed(feed="told", system=System.DESK, once=True)
    handle = await recording.playing.start("ticket-feed", feed)
    await end_of(handle)
    return handle


async def asked_again(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("listTrackerChanges", "error")
    feed = TicketFeed(feed="asked-again", system=System.TRACKER, once=True)
    return await recording.playing.start("ticket-feed", feed)


SYNCHRONISED: Stories = {
    "both-sides": both_sides,
    "unruly": unruly,
    "retried": retried,
    "nobody-has-it": nobody_has_it,
}
READ: Stories = {"read-to-its-end": read_to_its_end, "asked-again": asked_again}
