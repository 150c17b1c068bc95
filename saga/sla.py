"""How long a flow may take: a warning before, an announcement at the breach, then the escalations that the flow declares.

One timer at a time, so a flow that ends in time has one history event of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from temporalio import workflow

from saga.announcing import Announcer
from saga.journal import Journal
from saga.messages import AnnouncementKind
from saga.status import SlaState, SlaStatus


@dataclasses.dataclass(frozen=True)
class Escalation:
    """Whom to tell when a breach has lasted for `after`."""

    after: timedelta
    to: str


@dataclasses.dataclass(frozen=True)
class Sla:
    """A flow's service level: done within `limit` of its start.

    Args:
        limit: Then it is a breach.
        warn: From the start to the warning; without it there is none.
        escalations: What follows the breach, in order.
        repeat: The last escalation is told again so often, for as long as the flow runs.
    """

    limit: timedelta
    warn: timedelta | None = None
    escalations: tuple[Escalation, ...] = ()
    repeat: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        if self.warn is not None and self.warn >= self.limit:
            raise ValueError("an SLA warns before it is breached")
        afters = [escalation.after for escalation in self.escalations]
        if afters != sorted(afters):
            raise ValueError("an SLA's escalations are in order")
        if self.repeat <= timedelta():
            raise ValueError("an SLA's last escalation repeats after some time")


class _Moment(NamedTuple):
    after: timedelta
    state: SlaState
    kind: AnnouncementKind
    to: str
    number: int


class SlaWatch:
    """Announces while the flow runs. It never ends the flow: for that there is a deadline."""

    def __init__(self, sla: Sla, journal: Journal, announcer: Announcer) -> None:
        self._sla = sla
        self._journal = journal
        self._announcer = announcer
        self._watch: asyncio.Task[None] | None = None
        self.reached = 0
        """How many moments were reached, in earlier runs too."""

    def start(self) -> None:
        """Count from the flow's start."""
        began = self._journal.began_at
        self._journal.sla = self._journal.sla or SlaStatus(
            limit_s=self._sla.limit.total_seconds(),
            warns_at=began + self._sla.warn if self._sla.warn else None,
            due_at=began + self._sla.limit,
        )
        self._watch = asyncio.ensure_future(self._run(began))

    async def _run(self, began: datetime) -> None:
        for moment in itertools.islice(_moments(self._sla), self.reached, None):
            wait = began + moment.after - workflow.now()
            if wait > timedelta():
                await workflow.sleep(wait, summary=f"SLA: {moment.kind.removeprefix('sla_')}, to {moment.to}")
            self._reached(moment, began)
            self.reached += 1

    def _reached(self, moment: _Moment, began: datetime) -> None:
        known = self._journal.sla
        if known is None:
            return
        told = known.escalated_to
        if moment.state is SlaState.ESCALATED and moment.to not in told:
            told = (*told, moment.to)
        self._journal.sla = known.model_copy(update={"state": moment.state, "escalated_to": told})
        waits = self._journal.waits()
        self._announcer.tell(
            moment.kind,
            to=moment.to,
            cause=f"running for {moment.after}, of {self._sla.limit}"
            + (f"; waits for {waits}" if waits else ""),
            since=began,
            number=moment.number,
        )


def _moments(sla: Sla) -> Iterator[_Moment]:
    if sla.warn is not None:
        yield _Moment(sla.warn, SlaState.WARNED, "sla_warning", "ops", 1)
    yield _Moment(sla.limit, SlaState.BREACHED, "sla_breach", "ops", 1)
    number = 0
    for number, escalation in enumerate(sla.escalations, 1):
        yield _Moment(sla.limit + escalation.after, SlaState.ESCALATED, "escalation", escalation.to, number)
    if sla.escalations:
        last = sla.escalations[-1]
        after = sla.limit + last.after
        while True:
            number, after = number + 1, after + sla.repeat
            yield _Moment(after, SlaState.ESCALATED, "escalation", last.to, number)
