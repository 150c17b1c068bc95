"""An alert, the incident that it opens, what people say of it, how far the response is, and what it has led to."""

from datetime import datetime
from typing import Literal, NamedTuple, Self, TypeAlias

from pydantic import AwareDatetime, Field

from models.automation import Runbook, ServiceName
from models.fields import Id, Line, NaturalId, Record
from models.paging import OnCallSchedule, PageRequest, Person, Rung
from models.tasks import TaskRequest

Fingerprint: TypeAlias = NaturalId
Severity: TypeAlias = Literal["warning", "critical"]
PostMortem: TypeAlias = Literal["written", "waived", "overdue"]


class Incident(Record):
    """The input. Validate what a person has typed with `extra="forbid"`: see Record."""

    fingerprint: Fingerprint = Field(examples=["checkout-latency"])
    service: ServiceName
    severity: Severity
    summary: Line
    runbook: Runbook | None = Field(default=None, description="what helps, unless somebody says otherwise")

    def page(self, rung: Rung, key: str, *, number: int) -> PageRequest:
        """What wakes people up, in the round of this number."""
        again = f" (still, in round {number})" if number > 1 else ""
        text = f"{self.severity}: {self.service}: {self.summary}{again}"
        return PageRequest(incident=key, rung=rung.name, people=rung.people, text=text)

    def task(self, owner: Person, *, due_at: datetime) -> TaskRequest:
        """The post-mortem."""
        return TaskRequest(
            title=f"Post-mortem of {self.fingerprint}",
            text=f"{self.summary}. What happened, why, and what is done about it?",
            assignee=owner,
            due_at=due_at,
        )


class Alert(Record):
    """One message of the monitoring: an event of the flow's mailbox `alerts`."""

    event_id: Id
    """The same when the message comes twice."""
    fingerprint: Fingerprint = Field(examples=["checkout-latency"])
    status: Literal["firing", "resolved"] = "firing"
    service: ServiceName
    severity: Severity = "critical"
    summary: Line
    runbook: Runbook | None = None

    def incident(self) -> Incident:
        """What this alert opens."""
        return Incident(
            fingerprint=self.fingerprint,
            service=self.service,
            severity=self.severity,
            summary=self.summary,
            runbook=self.runbook,
        )


class Acknowledgement(Record):
    """A person has it. Message `acknowledge`, by update or by signal."""

    by: Person
    runbook: Runbook | None = None
    """In place of the one that the alert names."""
    by_hand: bool = False
    """No runbook: the person sees to it."""


class Acknowledged(Record):
    """The receipt for an `Acknowledgement`; `runbook` is what is run now."""

    by: Person
    at: AwareDatetime
    runbook: Runbook | None = None


class Refusal(NamedTuple):
    """Of an acknowledgement."""

    kind: str
    why: str


class IncidentResult(Record):
    """What has become of the incident."""

    fingerprint: Fingerprint
    alerts: int
    rounds: int
    answered_by: Person | None
    """None where the alert cleared before anybody had answered."""
    runbooks: tuple[str, ...]
    task_id: Id | None
    post_mortem: PostMortem | None


class Round(Record):
    """One time up the ladder: until somebody has it, and the service is well again or the time for that is over."""

    number: int = 1
    rungs: int = 0
    """That have had their time; more than the ladder has, as the last one is paged again."""
    rung_ends: datetime | None = None
    acknowledged: Acknowledged | None = None
    remedied: bool = False
    well_by: datetime | None = None
    """Until then the alert may go on firing."""


class Progress(Record):
    """How far the response is: the answer of the query `progress`, and what one run hands to the next."""

    alerts: int = 0
    """Received, without those that came twice."""
    look: bool = False
    """An alert has told of a change, which is to be looked at."""
    schedule: OnCallSchedule | None = None
    answered_by: Person | None = None
    round: Round = Round()
    runbooks: tuple[str, ...] = ()
    """Run so far."""
    clear_since: datetime | None = None
    task_id: str | None = None
    post_mortem: PostMortem | None = None
    refused_acknowledgements: int = 0
    """Of those that came as signals."""

    def with_(self, **changes: object) -> Self:
        return self.model_copy(update=changes)

    def in_round(self, **changes: object) -> Self:
        return self.with_(round=self.round.model_copy(update=changes))

    def next_round(self) -> Self:
        return self.with_(round=Round(number=self.round.number + 1), clear_since=None)

    def heard(self, alert: Alert) -> Self:
        """An alert that tells of a change is a reason to look, and no more."""
        changed = (alert.status == "resolved") is (self.clear_since is None)
        return self.with_(alerts=self.alerts + 1, look=self.look or changed)

    def answered(self, word: Acknowledged) -> Self:
        return self.in_round(acknowledged=word).with_(answered_by=word.by)

    def runbook_for(self, said: Acknowledgement, proposed: Runbook | None) -> Runbook | None:
        """What the alert proposes is run once: in a further round it has not helped."""
        return None if said.by_hand else said.runbook or (proposed if self.round.number == 1 else None)

    def result(self, incident: Incident) -> IncidentResult:
        return IncidentResult(
            fingerprint=incident.fingerprint,
            alerts=self.alerts,
            rounds=self.round.number,
            answered_by=self.answered_by,
            runbooks=self.runbooks,
            task_id=self.task_id,
            post_mortem=self.post_mortem,
        )

    @property
    def owner(self) -> Person:
        """Who has to learn from it: whoever answered, else whoever is on call first."""
        on_call = self.schedule.rungs[0].people[0] if self.schedule else "ops"
        return self.answered_by or on_call

    def refusal_of(self, said: Acknowledgement) -> Refusal | None:
        """Why an acknowledgement comes too late, too early, or from the wrong person."""
        if self.clear_since:
            return Refusal("AlreadyClear", f"The alert is clear since {self.clear_since:%Y-%m-%d %H:%M} UTC.")
        if before := self.round.acknowledged:
            return Refusal("AlreadyAcknowledged", f"{before.by} has it since {before.at:%Y-%m-%d %H:%M} UTC.")
        if self.schedule is None:
            return Refusal("NobodyPaged", "Nobody has been paged yet.")
        if said.by not in self.schedule.people:
            on_call = ", ".join(sorted(self.schedule.people))
            return Refusal("NotOnCall", f"{said.by} is not on call here. On call: {on_call}.")
        return None
