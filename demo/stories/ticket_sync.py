"""The stories of the ticket synchronisation: people write into two systems, and both show the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from pydantic import BaseModel, JsonValue
from temporalio.common import WorkflowIDConflictPolicy

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance
from demo.story import Chapter, Story
from models.ticket_sync import TicketFeed
from models.tickets import System
from saga.status import FlowState

DESK, TRACKER = System
OPENED = {"title": "The screen stays dark", "priority": "high", "status": "open"}
SAID = tuple(f"{number} of 6" for number in range(1, 7))


class Shown(BaseModel):
    """A ticket as one system shows it."""

    fields: Mapping[str, Mapping[str, JsonValue]]
    comments: Sequence[Mapping[str, str]]

    def has(self, fields: Mapping[str, str]) -> bool:
        return all(self.fields.get(name, {}).get("value") == value for name, value in fields.items())

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(comment["text"] for comment in self.comments)


class Ticket(NamedTuple):
    """One ticket, and the people around it."""

    performance: Performance

    @property
    def name(self) -> str:
        return str(self.performance.input.model_dump()["ticket"])

    async def opened(self) -> None:
        """At the desk; the flow of the ticket runs already, else a feed would begin it, and both feeds are read."""
        await self.performance.start()
        await self.write(DESK, OPENED)
        for system in System:
            await _read_feed(self.performance, system)
        await self.until(TRACKER, lambda shown: shown.has(OPENED))

    async def closed(self) -> None:
        await self.write(DESK, {"status": "closed"})
        await self.performance.follow()

    async def write(self, system: System, fields: Mapping[str, str], *comments: str) -> None:
        told = ", ".join([*(f"{name} is {value}" for name, value in fields.items()), *comments])
        self.performance.screen.note(f"somebody writes at the {system}: {told}")
        said = [{"text": text} for text in comments]
        body = {"ticket": self.name, "fields": dict(fields), "comments": said}
        await self.performance.stage.stand_ins.post(f"/{system}/tickets", body)

    async def until(self, system: System, wanted: Callable[[Shown], bool]) -> None:
        """As soon as that system shows the ticket so. Raises TimeoutError."""
        path = f"/{system}/tickets/{self.name}"
        await self.performance.stage.stand_ins.until(path, Shown, wanted)


async def _read_feed(performance: Performance, system: System) -> None:
    """By a flow of its own, which goes on after the story."""
    feed = TicketFeed(feed=system.value, system=system, poll_every=timedelta(seconds=1))
    stage = performance.stage
    await stage.client.start_workflow(
        "ticket-feed",
        feed,
        id=f"ticket-feed-{feed.feed}",
        task_queue=stage.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def _to_and_fro(performance: Performance) -> None:
    ticket = Ticket(performance)
    await ticket.opened()
    await ticket.write(TRACKER, {"status": "in progress", "assignee": "grace"}, "It is the cable.")
    await ticket.until(DESK, lambda shown: shown.has({"assignee": "grace"}))
    await ticket.closed()


async def _at_the_same_time(performance: Performance) -> None:
    ticket = Ticket(performance)
    await ticket.opened()
    await ticket.write(TRACKER, {"priority": "low", "status": "in progress"})
    await ticket.write(DESK, {"status": "waiting"})
    both = {"priority": "high", "status": "waiting"}
    for system in System:
        await ticket.until(system, lambda shown: shown.has(both))
    await ticket.closed()


async def _unruly(performance: Performance) -> None:
    ticket = Ticket(performance)
    await ticket.opened()
    await performance.stage.stand_ins.post("/desk/feed", {"handful": len(SAID), "twice": True})
    for text in SAID:
        await ticket.write(DESK, {}, text)
    await ticket.until(TRACKER, lambda shown: shown.said == SAID)
    await performance.stage.stand_ins.post("/desk/feed", {})
    await ticket.closed()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)


def _no_echo(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)
    yield from checks.in_order(seen, "writeTrackerTicket", "writeDeskTicket", "writeTrackerTicket")


def _put_back(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen)
    if seen.view.status is FlowState.COMPLETED and len(seen.calls_of("writeTrackerTicket")) < 3:  # noqa: PLR2004 - open, back, closed
        yield "the tracker's priority was not put back"


STORIES: Sequence[Story] = (
    Story(
        title="A ticket goes to and fro",
        before="It is opened at the desk, worked on in the tracker, and closed at the desk.",
        after=lambda _: (
            "Completed: three writes for three changes, and none for what we had written ourselves."
        ),
        input="ticket-sync.json",
        play=_to_and_fro,
        deviations=_no_echo,
    ),
    Story(
        title="Both change it at the same time",
        before="The priority belongs to the desk, the status to both.",
        after=lambda _: "Completed: the tracker's priority was put back, the newer status stands in both.",
        input="ticket-sync.json",
        play=_at_the_same_time,
        deviations=_put_back,
    ),
    Story(
        title="The feed stumbles",
        before="It tells six comments in any order, and each of them twice.",
        after=lambda _: "Completed: the tracker has them once each, in the order in which they were said.",
        input="ticket-sync.json",
        play=_unruly,
        deviations=_completed,
    ),
)

CHAPTER = Chapter(
    flow="ticket-sync",
    heading="two systems show the same ticket",
    id_field="ticket",
    stories=STORIES,
)
