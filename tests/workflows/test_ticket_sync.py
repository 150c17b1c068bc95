"""One ticket in two systems, from its first change to its end, and what both of them show of it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models.ticket_sync import TicketSynced
from saga import FlowState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from tests.workflows.ticketing import DESK, TRACKER, Feeds, Ticketing
from workflows.ticket_sync import HOLD_BACK

HOUR = timedelta(hours=1)
OPENED = {"title": "The screen stays dark", "priority": "high", "status": "open"}


@pytest.fixture(scope="module")
def feeds() -> Feeds:
    return Feeds()


@pytest.fixture
async def ticket(playing: Playing, feeds: Feeds, request: pytest.FixtureRequest) -> AsyncIterator[Ticketing]:
    """On the development server; what a test leaves running is ended after it."""
    ticketing = Ticketing(playing, feeds, named(request))
    yield ticketing
    await tidy(ticketing)


@pytest.fixture
async def patient_ticket(
    patient: Playing, feeds: Feeds, request: pytest.FixtureRequest
) -> AsyncIterator[Ticketing]:
    """On the time-skipping server."""
    ticketing = Ticketing(patient, feeds, named(request))
    yield ticketing
    await tidy(ticketing)


def named(request: pytest.FixtureRequest) -> str:
    """A ticket of the test's own."""
    name: str = request.node.name
    return re.sub(r"[^a-z_]", ".", name.removeprefix("test_")).strip(".")[:60]


async def tidy(ticket: Ticketing) -> None:
    if (await status_of(ticket.flow)).completed_at is None:
        await ticket.flow.terminate("the test is over")


async def test_a_ticket_of_the_desk_comes_to_the_tracker(ticket: Ticketing) -> None:
    """The first change that the feed tells begins the flow, which makes the ticket where it is missing."""
    await ticket.write(DESK, "Since this morning.", **OPENED)

    await ticket.settle()

    assert await ticket.fields(TRACKER) == OPENED
    assert await ticket.comments(TRACKER) == ["Since this morning."]


async def test_both_sides_are_heard(ticket: Ticketing) -> None:
    """What developers say reaches the desk, and what the desk says then reaches them."""
    await ticket.write(DESK, **OPENED)
    await ticket.settle()
    await ticket.write(TRACKER, "It is the cable.", assignee="grace", status="in progress")
    await ticket.settle()
    await ticket.write(DESK, "It works again.", status="closed")
    await ticket.settle()

    fields = {**OPENED, "assignee": "grace", "status": "closed"}
    comments = ["It is the cable.", "It works again."]
    assert [await ticket.fields(system) for system in (DESK, TRACKER)] == [fields, fields]
    assert [await ticket.comments(system) for system in (DESK, TRACKER)] == [comments, comments]


async def test_no_echo(ticket: Ticketing) -> None:
    """What we have written comes back by the feed, is known again, and is not written once more."""
    await ticket.write(DESK, "Since this morning.", **OPENED)
    await ticket.settle()
    await ticket.write(TRACKER, "It is the cable.", status="in progress")
    await ticket.settle()

    assert await ticket.writes() == ["writeTrackerTicket", "writeDeskTicket"]
    (mailbox,) = (await ticket.at_rest()).mailboxes
    assert mailbox.received == 4
    assert (await ticket.shown(DESK)).version == (await ticket.shown(TRACKER)).version == 2


async def test_the_owner_of_a_field_has_the_last_word(ticket: Ticketing) -> None:
    """The desk owns the priority: what the tracker makes of it is put back, though it is newer."""
    await ticket.write(DESK, **OPENED)
    await ticket.settle()
    await ticket.write(TRACKER, priority="low")

    await ticket.settle()

    assert [(await ticket.fields(system))["priority"] for system in (DESK, TRACKER)] == ["high", "high"]


async def test_the_newest_change_of_a_shared_field_stands(ticket: Ticketing) -> None:
    """Both change the status before either has heard of the other; the newer one stands in both."""
    await ticket.write(DESK, **OPENED)
    await ticket.settle()
    await ticket.write(TRACKER, status="in progress")
    await ticket.write(DESK, status="waiting")

    await ticket.settle()

    assert [(await ticket.fields(system))["status"] for system in (DESK, TRACKER)] == ["waiting", "waiting"]


async def test_an_unruly_feed(ticket: Ticketing) -> None:
    """Changes come shuffled and twice; comments are written once each, in the order in which they were said."""
    await ticket.manners(DESK, handful=12, twice=True)
    said = [f"{number} of 12" for number in range(1, 13)]
    for text in said:
        await ticket.write(DESK, text)

    await ticket.settle()

    assert await ticket.comments(TRACKER) == said
    (mailbox,) = (await ticket.at_rest()).mailboxes
    assert (mailbox.duplicates, mailbox.passed_over) == (12, 0)
    await ticket.manners(DESK)


async def test_a_refused_write_waits_for_a_person(ticket: Ticketing) -> None:
    """Meanwhile changes are kept; when it is retried, all of them are written."""
    await ticket.write(DESK, status="open")
    await ticket.stand_ins.faults.add("writeTrackerTicket", FaultKind.REFUSE, match={"ticket": ticket.ticket})
    await ticket.hand_on()
    incident = await ticket.playing.incident(ticket.flow)
    await ticket.write(DESK, "Are you there?", status="waiting")
    await ticket.hand_on()

    await ticket.playing.resolve(ticket.flow, incident.id, "retry")
    await ticket.at_rest()
    await ticket.settle()

    assert await ticket.fields(TRACKER) == {"status": "waiting"}
    assert await ticket.comments(TRACKER) == ["Are you there?"]


@pytest.mark.parametrize("kind", [FaultKind.EFFECT_THEN_DROP, FaultKind.ERROR, FaultKind.DROP_CONNECTION])
async def test_a_lost_answer(ticket: Ticketing, kind: FaultKind) -> None:
    """A write whose answer is lost is tried again, and is one change."""
    await ticket.write(DESK, "Since this morning.", **OPENED)
    await ticket.stand_ins.faults.add("writeTrackerTicket", kind, match={"ticket": ticket.ticket})

    await ticket.settle()

    assert (await ticket.shown(TRACKER)).version == 1
    assert await ticket.comments(TRACKER) == ["Since this morning."]


async def test_a_feed_that_fails_is_asked_again(ticket: Ticketing) -> None:
    """Its place moves on only when all that was read is handed on."""
    await ticket.write(DESK, **OPENED)
    await ticket.stand_ins.faults.add("listDeskChanges", FaultKind.ERROR)

    await ticket.settle()

    assert await ticket.fields(TRACKER) == OPENED


async def test_a_cancel(ticket: Ticketing) -> None:
    """A flow that is no longer wanted can be stopped while it waits; both tickets stay as they are."""
    await ticket.write(DESK, **OPENED)
    await ticket.settle()

    await ticket.flow.cancel()

    assert await end_of(ticket.flow) == "CancelledError"
    assert (await status_of(ticket.flow)).status is FlowState.CANCELLED
    assert await ticket.fields(TRACKER) == OPENED


async def test_a_cancel_during_a_write(ticket: Ticketing) -> None:
    """The write is heard out; then the flow ends, and writes nothing more."""
    await ticket.write(DESK, **OPENED)
    await ticket.stand_ins.faults.add(
        "writeTrackerTicket", FaultKind.HOLD_BEFORE_EFFECT, match={"ticket": ticket.ticket}
    )
    await ticket.hand_on()
    await ticket.stand_ins.wait_for_held("writeTrackerTicket")

    await ticket.flow.cancel()
    await ticket.stand_ins.release()

    assert await end_of(ticket.flow) == "CancelledError"
    assert await ticket.fields(TRACKER) == OPENED
    assert set(await ticket.writes()) == {"writeTrackerTicket"}


async def test_it_ends_when_the_ticket_has_been_closed_for_long(patient_ticket: Ticketing) -> None:
    """A closed ticket is listened to for an hour; opened again, it goes on, and ends an hour after the last close."""
    ticket = patient_ticket
    await ticket.write(DESK, **OPENED)
    await ticket.settle()
    await ticket.write(TRACKER, status="closed")
    await ticket.settle()
    await skip(ticket, HOUR / 2)
    await ticket.write(DESK, "It is dark again.", status="open")
    await ticket.settle()
    await skip(ticket, 24 * HOUR)
    still = await status_of(ticket.flow)
    await ticket.write(DESK, status="closed")
    await ticket.settle()

    await skip(ticket, HOUR)

    result = TicketSynced.model_validate(await ticket.flow.result())
    assert still.status is FlowState.RUNNING
    assert result.fields == {**OPENED, "status": "closed"}
    assert (result.changes, result.echoes, result.duplicates, result.passed_over) == (8, 4, 0, 0)


async def test_a_change_that_is_missing_for_too_long(patient_ticket: Ticketing) -> None:
    """It is passed over after the hold-back, and counts when it comes after all, for what nobody has said since."""
    ticket = patient_ticket
    await ticket.write(DESK, **OPENED)
    await ticket.settle()
    await ticket.manners(DESK, withhold=1)
    await ticket.write(DESK, priority="low", status="waiting")
    await ticket.write(DESK, status="closed")
    await ticket.hand_on()
    held = await status_of(ticket.flow)
    await skip(ticket, HOLD_BACK)
    passed = await ticket.at_rest()
    without = await ticket.fields(TRACKER)

    await ticket.manners(DESK)
    await ticket.settle()

    assert (held.mailboxes[0].held, passed.mailboxes[0].missing) == (1, ("desk 2",))
    assert without == {**OPENED, "status": "closed"}
    assert await ticket.fields(TRACKER) == {**OPENED, "priority": "low", "status": "closed"}
    assert (await ticket.at_rest()).mailboxes[0].late == 1


async def test_an_old_change_after_the_end(patient_ticket: Ticketing) -> None:
    """Told again when the flow has ended, a change begins a new one, which looks at both systems and changes nothing."""
    ticket = patient_ticket
    begin = dict(ticket.feeds.cursors)
    await ticket.write(DESK, "Since this morning.", **OPENED)
    await ticket.settle()
    await ticket.write(DESK, title="The screen is dark", status="closed")
    await ticket.settle()
    await skip(ticket, HOUR)
    await ticket.flow.result()
    before = [await ticket.shown(system) for system in (DESK, TRACKER)]

    ticket.feeds.cursors.update(begin)
    await ticket.hand_on()
    await skip(ticket, HOUR + HOLD_BACK)

    result = TicketSynced.model_validate(await ticket.flow.result())
    assert before == [await ticket.shown(system) for system in (DESK, TRACKER)]
    assert result.fields == {**OPENED, "title": "The screen is dark", "status": "closed"}


async def skip(ticket: Ticketing, time: timedelta) -> None:
    assert ticket.playing.skip
    await ticket.playing.skip(time)
