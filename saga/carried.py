"""What a saga hands to the run that it continues as: all that it knows, so that nothing is lost or done again.

A run's history is bounded, a flow's life is not. The keys of the steps are the same in all runs of a flow, so what one
run did another can undo, and what was tried in one is not done a second time in another.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from saga.handover import Undo
from saga.journal import Journal, StepRecord
from saga.searchable import Searchable
from saga.sequencing import MailboxState
from saga.status import (
    AnnouncementStatus,
    ApprovalState,
    ApprovalStatus,
    IncidentStatus,
    RefusalStatus,
    SlaStatus,
    StepStatus,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 50
"""So many steps, announcements, closed approvals and settled incidents of earlier runs are still shown."""


class Carried(BaseModel):
    """Made by `Saga.roll_over`; no concern of the flow."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    began_at: datetime
    """When the first run began: from then on an SLA counts."""
    runs: int = 1
    """How many there were before."""
    forward: bool = False
    """The point of no return was passed."""
    deadline_at: datetime | None = None
    undo: tuple[Undo, ...] = ()
    """Oldest first."""
    occurrences: dict[str, int] = {}
    """How often each step was reached, from which the next key follows."""
    steps: tuple[StepStatus, ...] = ()
    approvals: tuple[ApprovalStatus, ...] = ()
    """One that waits goes on where it was, when the flow asks for it again."""
    settled_incidents: tuple[IncidentStatus, ...] = ()
    incidents: int = 0
    """How many were ever opened."""
    announcements: tuple[AnnouncementStatus, ...] = ()
    announced: int = 0
    """How many there ever were."""
    alarms: dict[str, datetime] = {}
    mailboxes: dict[str, MailboxState] = {}
    sla: SlaStatus | None = None
    sla_moments: int = 0
    """How many of the SLA's moments were reached."""
    answer: JsonValue = None
    answered: bool = False
    refused_messages: int = 0
    refusals: tuple[RefusalStatus, ...] = ()
    published: Searchable = Searchable()


class Resumable(BaseModel):
    """Mixed into the input of a flow that rolls over, which gives it to its saga: `Saga(carried=request.carried)`.

    One input stays one model: who starts the flow says nothing of it.
    """

    carried: Carried | None = Field(default=None, repr=False)


def carried_steps(records: Iterable[StepRecord], undoable: Iterable[Undo]) -> tuple[StepStatus, ...]:
    """The newest, and all that can still be undone."""
    needed = {undo.shown for undo in undoable}
    steps = [record.status() for record in records]
    return tuple(
        step for place, step in enumerate(steps) if place >= len(steps) - SHOWN or step.name in needed
    )


def carried_approvals(approvals: Iterable[ApprovalStatus]) -> tuple[ApprovalStatus, ...]:
    """Those that wait, and the newest of the others."""
    known = list(approvals)
    return tuple(
        approval
        for place, approval in enumerate(known)
        if place >= len(known) - SHOWN or approval.status is ApprovalState.WAITING
    )


def restore(journal: Journal, carried: Carried) -> None:
    """Show what the runs before this one have seen."""
    journal.began_at, journal.runs = carried.began_at, carried.runs + 1
    journal.steps.extend(_record(step, carried.began_at) for step in carried.steps)
    journal.approvals.update({approval.name: approval for approval in carried.approvals})
    journal.settled_incidents.extend(carried.settled_incidents)
    journal.announcements.extend(carried.announcements)
    journal.announced = carried.announced
    journal.alarms.update(carried.alarms)
    journal.sla = carried.sla
    journal.refused_messages = carried.refused_messages
    journal.refusals.extend(carried.refusals)
    journal.published = carried.published


def _record(step: StepStatus, began_at: datetime) -> StepRecord:
    return StepRecord(
        step.name,
        step.activity,
        (step.input,),
        step.started_at or began_at,
        state=step.status,
        activity_id=step.activity_id,
        completed_at=step.completed_at,
        result=step.result,
        error=step.error,
    )
