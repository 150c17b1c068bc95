"""Incidents: what the flow cannot settle alone waits, visibly, for a person's resolution."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.journal import Journal
from saga.messages import Choice, Resolution, Resolved
from saga.status import IncidentStatus, ResolutionStatus


class Incidents:
    """All incidents of one flow. Each has an id of its own, so that a decision about an old one is refused."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._opened = 0
        self._resolutions: dict[str, Resolution] = {}

    def open(
        self,
        step: str,
        *,
        kind: Literal["step", "compensation"],
        cause: str,
        attempts: int,
        options: tuple[Choice, ...] = ("retry", "settle"),
    ) -> str:
        """Open an incident and return its id. The flow goes on; `resolution` waits."""
        self._opened += 1
        incident = IncidentStatus(
            id=f"{step}.{self._opened}",
            step=step,
            kind=kind,
            cause=cause,
            since=workflow.now(),
            attempts=attempts,
            options=options,
        )
        self._journal.incidents[incident.id] = incident
        self._journal.publish()
        return incident.id

    async def resolution(self, incident: str, *, retry_after: timedelta | None = None) -> Resolution | None:
        """Wait for the person's word; None when `retry_after` passed first, and the incident stays open."""
        summary = f"incident {incident}: tried again by itself, unless someone resolves it"
        with self._journal.waiting_for(f"incident:{incident}"):
            try:
                await workflow.wait_condition(
                    lambda: incident in self._resolutions, timeout=retry_after, timeout_summary=summary
                )
            except TimeoutError:
                if incident not in self._resolutions:
                    return None
        return self._resolutions[incident]

    def close(self, incident: str) -> None:
        """The incident is over: resolved, or its retry succeeded."""
        closed = self._journal.incidents.pop(incident)
        self._journal.settled_incidents.append(closed)
        self._journal.publish()

    def failed_again(self, incident: str, *, cause: str) -> None:
        """A retry by itself failed: the same incident stays open, one attempt older."""
        known = self._journal.incidents[incident]
        updated = known.model_copy(update={"cause": cause, "attempts": known.attempts + 1})
        self._journal.incidents[incident] = updated

    def check(self, resolution: Resolution) -> IncidentStatus:
        """The open incident that `resolution` is about.

        Raises:
            ApplicationError: `UnknownIncident`, `StaleIncident`, `AmbiguousIncident` or `ChoiceNotOffered`.
        """
        incident = self._find(resolution.incident)
        if incident.id in self._resolutions:
            raise _refusal("StaleIncident", f"Incident {incident.id} has been decided already.")
        if resolution.decision not in incident.options:
            offered = ", ".join(incident.options)
            raise _refusal(
                "ChoiceNotOffered", f"Incident {incident.id} offers {offered}, not {resolution.decision}."
            )
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
            raise _refusal("StaleIncident", f"Incident {wanted} is closed.")
        named = [incident for incident in open_.values() if incident.step == wanted]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(incident.id for incident in named)
            raise _refusal(
                "AmbiguousIncident", f"Step {wanted} has several open incidents: name one of {ids}."
            )
        listed = ", ".join(open_) or "none"
        raise _refusal("UnknownIncident", f"No open incident {wanted!r}. Open: {listed}.")


def _refusal(kind: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=kind, non_retryable=True)
