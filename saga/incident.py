"""Incidents: what the flow cannot settle alone waits, visibly, for a person's resolution, and reminds until it comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Literal

from temporalio import workflow

from saga import policies
from saga.announcing import Announcer
from saga.journal import Journal
from saga.messages import Resolution, Resolved
from saga.refusing import refusal
from saga.sla import Sla
from saga.status import IncidentStatus, ResolutionStatus
from saga.terms import Terms


class Incidents:
    """All incidents of one flow. Each has an id of its own, so that a decision about an old one is refused."""

    def __init__(
        self, journal: Journal, announcer: Announcer, sla: Sla | None, *, remind_after: timedelta
    ) -> None:
        self._journal = journal
        self._announcer = announcer
        self._escalations = sla.escalations if sla else ()
        self._remind_after = remind_after
        self.opened = 0
        """How many there were, in earlier runs too: their ids follow from that."""
        self._terms: dict[str, Terms] = {}
        self._resolutions: dict[str, Resolution] = {}
        self._reminders: dict[str, asyncio.Task[None]] = {}

    def open(
        self,
        step: str,
        *,
        kind: Literal["step", "compensation"],
        cause: str,
        attempts: int,
        terms: Terms,
    ) -> str:
        """Open an incident, have it told, and return its id. The flow goes on; `resolution` waits."""
        self.opened += 1
        incident = IncidentStatus(
            id=f"{step}.{self.opened}",
            step=step,
            kind=kind,
            cause=cause,
            since=workflow.now(),
            attempts=attempts,
            options=terms.options,
            accepts_input=terms.input_type is not None,
            needs_result=terms.needs_result,
        )
        self._terms[incident.id] = terms
        self._journal.incident_opened(incident)
        if self._announcer:
            self._announcer.tell(
                "incident", step=step, incident=incident.id, cause=cause, since=incident.since
            )
            self._reminders[incident.id] = asyncio.ensure_future(self._remind(incident.id))
        return incident.id

    async def resolution(self, incident: str, *, retry_after: timedelta | None = None) -> Resolution | None:
        """Wait for the person's word; None when `retry_after` passed first, and the incident stays open."""
        summary = f"incident {incident}: tried again by itself, unless someone resolves it"
        try:
            await workflow.wait_condition(
                lambda: incident in self._resolutions, timeout=retry_after, timeout_summary=summary
            )
        except TimeoutError:
            if incident not in self._resolutions:
                return None
        return self._resolutions[incident]

    async def step_decided(self, step: str, *, cause: str, attempts: int, terms: Terms) -> Resolution | None:
        """Open an incident of a step that is held, and wait for the person's word. A cancel gives it up."""
        incident = self.open(step, kind="step", cause=cause, attempts=attempts, terms=terms)
        try:
            resolution = await self.resolution(incident)
        except asyncio.CancelledError:
            self.abandon(incident)
            raise
        self.close(incident)
        return resolution

    def close(self, incident: str) -> None:
        """The incident is over: resolved, its retry succeeded, or the flow is undone all the same."""
        if reminder := self._reminders.pop(incident, None):
            reminder.cancel()
        self._journal.incident_closed(incident, publish=True)

    def abandon(self, incident: str) -> None:
        """The flow stops waiting for it. Nothing is published: an eviction comes this way too."""
        if reminder := self._reminders.pop(incident, None):
            reminder.cancel()
        self._journal.incident_closed(incident, publish=False)

    def failed_again(self, incident: str, *, cause: str) -> None:
        """A retry by itself failed: the same incident stays open, one attempt older."""
        known = self._journal.incidents[incident]
        updated = known.model_copy(update={"cause": cause, "attempts": known.attempts + 1})
        self._journal.incidents[incident] = updated

    def check(self, resolution: Resolution) -> IncidentStatus:
        """The open incident that `resolution` is about.

        Raises:
            ApplicationError: `UnknownIncident`, `StaleIncident`, `AmbiguousIncident`, or one of `Terms.check`.
        """
        incident = self._find(resolution.incident)
        if incident.id in self._resolutions:
            raise refusal("StaleIncident", f"Incident {incident.id} has been decided already.")
        self._terms[incident.id].check(incident.id, resolution)
        return incident

    def resolve(self, resolution: Resolution) -> Resolved:
        """Record the person's word; whoever waits for it goes on."""
        incident = self.check(resolution)
        now = workflow.now()
        self._resolutions[incident.id] = resolution
        decided = ResolutionStatus(
            by=resolution.by, at=now, decision=resolution.decision, reason=resolution.reason
        )
        self._journal.incidents[incident.id] = incident.model_copy(update={"resolution": decided})
        return Resolved(incident=incident.id, decision=resolution.decision, by=resolution.by, at=now)

    def _find(self, wanted: str) -> IncidentStatus:
        open_ = self._journal.incidents
        if wanted in open_:
            return open_[wanted]
        if any(wanted == past.id for past in self._journal.settled_incidents):
            raise refusal("StaleIncident", f"Incident {wanted} is closed.")
        named = [incident for incident in open_.values() if incident.step == wanted]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(incident.id for incident in named)
            raise refusal(
                "AmbiguousIncident", f"Step {wanted} has several open incidents: name one of {ids}."
            )
        listed = ", ".join(open_) or "none"
        raise refusal("UnknownIncident", f"No open incident {wanted!r}. Open: {listed}.")

    async def _remind(self, name: str) -> None:
        """Ops first, then up the escalations that the flow's SLA declares, for as long as the incident is open."""
        wait, number = self._remind_after, 0
        while True:
            await workflow.sleep(wait, summary=f"incident {name}: remind")
            number, wait = number + 1, min(wait * 2, policies.REMINDER_INTERVAL_MAX)
            incident = self._journal.incidents[name].model_copy(update={"reminded": number})
            self._journal.incidents[name] = incident
            above = self._escalations[: number - 1]
            self._announcer.tell(
                "escalation" if above else "reminder",
                to=above[-1].to if above else "ops",
                step=incident.step,
                incident=name,
                cause=incident.cause,
                since=incident.since,
                number=number,
            )
