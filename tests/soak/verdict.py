"""The verdict of a soak: whether both systems show the same in the end, and what the flows made of all that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from models.tickets import System
from services.tickets import Ticket


class TicketVerdict(BaseModel):
    """One ticket: what came to its flow, and in what the systems differ."""

    ticket: str
    runs: int
    received: int
    duplicates: int
    passed_over: int
    late: int
    pending: int
    differences: list[str]

    @property
    def changes(self) -> int:
        """Each counted once."""
        return self.received - self.duplicates


class Verdict(BaseModel):
    """Good if nothing differs, and as many changes came as were asked for, over as many roll-overs of each ticket."""

    seed: int
    changes_by_people: int
    changes: int
    received: int
    roll_overs: int
    feed_runs: dict[str, int]
    workers_killed: int
    seconds: float
    tickets: list[TicketVerdict]
    wrong: list[str]

    @property
    def good(self) -> bool:
        return not self.wrong


def differences(
    shown: Mapping[System, Ticket], said: Mapping[System, Sequence[str]], ticket: str
) -> list[str]:
    """Fields that differ, and comments that are missing, doubled, or not in the order of those who have written them."""
    desk, tracker = (shown[system] for system in System)
    fields = {
        name: [ticket.fields[name].value if name in ticket.fields else None for ticket in (desk, tracker)]
        for name in sorted({*desk.fields, *tracker.fields})
    }
    found = [f"{ticket}: {name} is {values}" for name, values in fields.items() if len(set(values)) > 1]
    for system in System:
        there = [comment.text for comment in shown[system].comments]
        for author in System:
            by_author = [text for text in there if text.startswith(f"{author} says ")]
            if by_author != list(said[author]):
                what = f"{len(by_author)} of {len(said[author])} comments of {author}, or not in their order"
                found.append(f"{ticket}: {system} has {what}")
    return found


def wrong(tickets: Sequence[TicketVerdict], *, changes: int, roll_overs: int) -> list[str]:
    found = [difference for ticket in tickets for difference in ticket.differences]
    found += [f"{one.ticket}: {one.pending} changes unread" for one in tickets if one.pending]
    found += [f"{one.ticket}: rolled over {one.runs - 1} times" for one in tickets if one.runs <= roll_overs]
    come = sum(ticket.changes for ticket in tickets)
    return [*found, *([f"{come} changes of {changes}"] if come < changes else [])]
