"""The status of one flow as its `status` query answers it: plain data, masked, times in UTC."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from saga.messages import AnnouncementKind, Choice, DecisionKind
from saga.people import Group


class FlowState(StrEnum):
    """Where a flow stands. The last five are ends."""

    RUNNING = "running"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    NEEDS_ATTENTION = "needs_attention"
    COMPENSATING = "compensating"
    COMPLETED = "completed"
    COMPENSATED = "compensated"
    """Failed in Temporal, everything undone."""
    FAILED = "failed"
    """Nothing to undo, or an undo that a person settled by hand."""
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


class StepState(StrEnum):
    """Where a step stands."""

    PENDING = "pending"
    """Queued behind a durable wait."""
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    COMPENSATION_FAILED = "compensation_failed"


class ApprovalState(StrEnum):
    """Where an approval stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class StatusModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StepStatus(StatusModel):
    """One step reached. `attempts`, the true `started_at` and `duration_s` (seconds) are known only outside the workflow."""

    name: str
    status: StepState
    activity: str = ""
    activity_id: str | None = None
    """Temporal's id of the newest activity of this step, by which history and pending activities are found."""
    attempts: int | None = None
    started_at: datetime | None = None
    """In the query: when the step was scheduled."""
    completed_at: datetime | None = None
    duration_s: float | None = None
    input: JsonValue = None
    result: JsonValue = None
    error: str | None = None


class DecisionStatus(StatusModel):
    by: str
    at: datetime
    verdict: DecisionKind
    comment: str = ""
    digest: str | None = None
    """Of what `by` was shown."""
    input: JsonValue = Field(default=None, repr=False)
    """What `by` has filled in; in a status without what the schema calls a password."""
    lapsed: bool = False
    """What was decided on has changed since: it counts no more."""
    authenticated: bool = False
    """False: `by` is what the sender said of himself."""


class DelegationStatus(StatusModel):
    """`to` decides in the place of `by`, who has no say any more."""

    by: str
    to: str
    at: datetime
    comment: str = ""


class ApprovalStatus(StatusModel):
    """All that there is to know of an approval, and all that it needs to go on in a further run."""

    name: str
    status: ApprovalState
    asked_at: datetime
    deadline: datetime
    summary: str = ""
    shown: JsonValue = None
    """What people see, masked."""
    takes: JsonValue = None
    """JSON Schema of what an approval has to bring along; None asks for nothing."""
    digest: str | None = None
    version: int = 1
    """How often what is shown was set; each change asks again."""
    deciders: tuple[str, ...] | None = None
    """Who may decide, by now and without the excluded; None is anyone."""
    groups: tuple[Group, ...] = ()
    """Of which some of them are members."""
    excluded: tuple[str, ...] = ()
    requester: str | None = None
    quorum: int = 1
    missing: int = 0
    """So many more people have to approve."""
    decisions: tuple[DecisionStatus, ...] = ()
    delegations: tuple[DelegationStatus, ...] = ()
    reminded: int = 0
    reminded_at: datetime | None = None
    escalated: tuple[str, ...] = ()
    """The rungs of the ladder that were reached."""
    next_due: datetime | None = None
    """The next reminder, rung or deadline."""
    acted_on: bool = False
    """The flow has gone on with the outcome."""


class RefusalStatus(StatusModel):
    """A message that came by signal, so that its sender could not be told why it was refused."""

    at: datetime
    message: str
    by: str | None
    why: str


class ResolutionStatus(StatusModel):
    by: str
    at: datetime
    decision: Choice
    reason: str
    authenticated: bool = False


class SlaState(StrEnum):
    """Where a flow stands with its SLA."""

    WITHIN = "within"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"


class SlaStatus(StatusModel):
    """How long the flow may take (seconds), and what has become of that."""

    limit_s: float
    warns_at: datetime | None
    due_at: datetime
    state: SlaState = SlaState.WITHIN
    escalated_to: tuple[str, ...] = ()


class AnnouncementStatus(StatusModel):
    """Who was told of what. `delivered` is None while it is under way, and False when it was given up."""

    kind: AnnouncementKind
    to: str
    at: datetime
    step: str | None = None
    incident: str | None = None
    approval: str | None = None
    delivered: bool | None = None


class IncidentStatus(StatusModel):
    """A step, or an undo, that needs a person. `resolution` is set once someone has decided."""

    id: str
    step: str
    kind: Literal["step", "compensation"]
    cause: str
    since: datetime
    attempts: int
    options: tuple[Choice, ...]
    accepts_input: bool = False
    """Whether a retry may bring corrected input."""
    needs_result: bool = False
    """Whether a skip has to bring the result that later steps are promised."""
    reminded: int = 0
    resolution: ResolutionStatus | None = None


class MailboxStatus(StatusModel):
    """What has come into a mailbox, and what has become of it."""

    name: str
    pending: int
    """Not yet read, with those that are held back."""
    held: int
    """These wait for one that is missing before them."""
    received: int
    duplicates: int
    passed_over: int
    """So many numbers were missing for too long."""
    late: int
    """So many came after they had been passed over, and were let through out of order."""
    missing: tuple[str, ...] = ()
    """What was passed over and has not come since: the stream, and its numbers."""


class FlowStatus(StatusModel):
    """Answer of the `status` query; DESIGN section 6."""

    id: str
    run_id: str
    flow: str
    version: str
    correlation_id: str
    status: FlowState
    created_at: datetime
    completed_at: datetime | None = None
    waiting_for: str | None = None
    error: str | None = None
    steps: tuple[StepStatus, ...] = ()
    approvals: tuple[ApprovalStatus, ...] = ()
    incidents: tuple[IncidentStatus, ...] = ()
    """Open incidents."""
    settled_incidents: tuple[IncidentStatus, ...] = ()
    sla: SlaStatus | None = None
    announcements: tuple[AnnouncementStatus, ...] = ()
    mailboxes: tuple[MailboxStatus, ...] = ()
    refused_messages: int = 0
    refusals: tuple[RefusalStatus, ...] = ()
    """The newest of them, oldest first."""
    cancel_requested: str | None = None
    """The reason of a cancel that someone asked for; beyond the point of no return it changes nothing."""
