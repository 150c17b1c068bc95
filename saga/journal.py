"""The flow's own record of itself: what its status query, its current details and its search attributes show.

Search attributes are changed (one history event each time) only around waits, incidents and failing ends.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from temporalio import workflow

from saga.details import render
from saga.forms import veiled
from saga.headers import Outcome
from saga.masking import masked
from saga.searchable import Searchable
from saga.status import (
    AnnouncementStatus,
    ApprovalStatus,
    FlowState,
    FlowStatus,
    IncidentStatus,
    MailboxStatus,
    RefusalStatus,
    SlaStatus,
    StepState,
    StepStatus,
)

KEPT_REFUSALS = 20


@dataclasses.dataclass
class StepRecord:
    """What is known of one step inside the workflow."""

    name: str
    activity: str
    args: tuple[Any, ...]
    scheduled_at: datetime
    step: str = ""
    """The name without the number that a further run of the step has behind it."""
    state: StepState = StepState.RUNNING
    activity_id: str | None = None
    completed_at: datetime | None = None
    result: Any = None
    error: str | None = None
    failure: BaseException | None = None
    """What the step was last raised with, and what is known of its effect."""
    outcome: Outcome | None = None

    def status(self) -> StepStatus:
        """The record as the status query shows it, inputs and results masked."""
        args = [masked(arg) for arg in self.args]
        return StepStatus(
            name=self.name,
            status=self.state,
            activity=self.activity,
            activity_id=self.activity_id,
            started_at=self.scheduled_at,
            completed_at=self.completed_at,
            input=args[0] if len(args) == 1 else args or None,
            result=masked(self.result),
            error=self.error,
        )


class Journal:
    """Kept by one `Saga`; every other part writes into it."""

    def __init__(self, flow: str, version: str) -> None:
        self.flow = flow
        self.version = version
        self.correlation_id = workflow.info().workflow_id
        self.began_at = workflow.info().workflow_start_time
        self.runs = 1
        """This one, and those that it continues."""
        self.state = FlowState.RUNNING
        self.steps: list[StepRecord] = []
        self.approvals: dict[str, ApprovalStatus] = {}
        self.incidents: dict[str, IncidentStatus] = {}
        self.settled_incidents: list[IncidentStatus] = []
        self.sla: SlaStatus | None = None
        self.announcements: list[AnnouncementStatus] = []
        self.announced = 0
        """How many there were in earlier runs and are shown no more."""
        self.alarms: dict[str, datetime] = {}
        self.mailboxes: list[Callable[[], MailboxStatus]] = []
        self.refused_messages = 0
        self.refusals: deque[RefusalStatus] = deque(maxlen=KEPT_REFUSALS)
        self.error: str | None = None
        self.completed_at: datetime | None = None
        self._searchable_waits: list[str] = []
        self._other_waits: list[str] = []
        self.published = Searchable()
        """What the search attributes say."""

    @contextmanager
    def waiting_for(self, what: str, *, searchable: bool = True) -> Generator[None]:
        """Show that the flow waits for `what`; a searchable wait is also in the search attributes."""
        waits = self._searchable_waits if searchable else self._other_waits
        waits.append(what)
        self.publish()
        try:
            yield
        finally:
            waits.remove(what)
        self.publish()  # not after a cancel: what follows it publishes itself, and an eviction must not

    def incident_opened(self, incident: IncidentStatus) -> None:
        """The flow waits for it from now on, also while a retry by itself is under way."""
        self.incidents[incident.id] = incident
        self._searchable_waits.append(_wait_for(incident.id))
        self.publish()

    def incident_closed(self, name: str, *, publish: bool) -> None:
        """The flow does not wait for it any more. An eviction publishes nothing."""
        self._searchable_waits.remove(_wait_for(name))
        self.settled_incidents.append(self.incidents.pop(name))
        if publish:
            self.publish()

    def enter(self, state: FlowState) -> None:
        """Go over to `state`. Those who list flows hear of it at the next wait, or at the end, which saves an event."""
        self.state = state
        if self.published != Searchable():
            self.publish()

    @property
    def is_quiet(self) -> bool:
        """Whether no step is under way, and none waits for a person."""
        busy = (StepState.RUNNING, StepState.PENDING)
        return not self.incidents and all(step.state not in busy for step in self.steps)

    def end(self, state: FlowState, error: str | None) -> None:
        """The flow is over. Only an end that the server's own status does not tell is published."""
        self.state, self.error, self.completed_at = state, error, workflow.now()
        for step in self.steps:
            if step.state is StepState.RUNNING:
                step.state, step.error = StepState.FAILED, "the flow ended during this step"
        if state is FlowState.COMPENSATED or self.published.state is not FlowState.RUNNING:
            self.publish()

    def publish(self) -> None:
        """Upsert the search attributes if they changed."""
        found = Searchable.of(self.current_state(), self._searchable_waits, self.approvals.values())
        if changes := found.updates(self.published):
            self.published = found
            workflow.upsert_search_attributes(changes)

    def refused(self, message: str, *, by: str | None, why: str) -> None:
        """A signal that cannot be acted upon, whose sender hears nothing."""
        self.refused_messages += 1
        self.refusals.append(RefusalStatus(at=workflow.now(), message=message, by=by, why=why))

    def details(self) -> str:
        """The step table for the Web UI, as Markdown."""
        return render(self)

    def current_state(self) -> FlowState:
        """What a person should see first: an open incident before all, then a wait for a decision."""
        if self.state not in (FlowState.RUNNING, FlowState.COMPENSATING):
            return self.state
        if self.incidents:
            return FlowState.NEEDS_ATTENTION
        if self.state is FlowState.RUNNING and any(
            wait.startswith("approval:") for wait in self._searchable_waits
        ):
            return FlowState.WAITING_FOR_APPROVAL
        return self.state

    def waits(self) -> str | None:
        """What the flow waits for, newest last, or None."""
        return ", ".join(self._searchable_waits + self._other_waits) or None

    def status(self) -> FlowStatus:
        """Answer of the `status` query."""
        info = workflow.info()
        return FlowStatus(
            id=info.workflow_id,
            run_id=info.run_id,
            flow=self.flow,
            version=self.version,
            correlation_id=self.correlation_id,
            status=self.current_state(),
            created_at=self.began_at,
            completed_at=self.completed_at,
            waiting_for=self.waits(),
            error=self.error,
            steps=tuple(step.status() for step in self.steps),
            approvals=tuple(map(veiled, self.approvals.values())),
            incidents=tuple(self.incidents.values()),
            settled_incidents=tuple(self.settled_incidents),
            sla=self.sla,
            announcements=tuple(self.announcements),
            mailboxes=tuple(status() for status in self.mailboxes),
            refused_messages=self.refused_messages,
            refusals=tuple(self.refusals),
            cancel_requested=workflow.cancellation_reason(),
        )


def _wait_for(incident: str) -> str:
    return f"incident:{incident}"
