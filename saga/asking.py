"""How an approval is asked for: who decides, how many, and what happens when, until its deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypedDict

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from temporalio.exceptions import ApplicationError

from saga.calendar import WorkingTime, due
from saga.forms import CheckInput
from saga.masking import masked
from saga.people import Deciders, Rung, distinct, without
from saga.status import ApprovalState, ApprovalStatus
from saga.voting import asked, excluded_from

APPROVAL_IMPOSSIBLE = "ApprovalImpossible"

Shown = BaseModel | Mapping[str, object]


class ApprovalOptions(TypedDict, total=False):
    """Keywords of `Saga.approval`. None is needed: then anyone may decide."""

    shown: Shown | None
    """What people see beside the summary; a decision is bound to its digest."""
    deciders: Deciders | None
    """Who may decide; each of them is told. Without it anyone may, and nobody is told."""
    quorum: int
    """So many different people have to approve; one rejection ends it."""
    excluded: tuple[str, ...]
    """Who may not decide; `requester` stands for the one who asks."""
    requester: str | None
    """Who asks, and may withdraw."""
    remind_every: timedelta | None
    """Who has not decided yet is reminded so often."""
    ladder: tuple[Rung, ...]
    """Who may decide too, from when on."""
    calendar: WorkingTime | None
    """In which all these times are counted: a day is a working day."""
    takes: Mapping[str, object] | None
    """JSON Schema of what each approval has to bring along, which people are shown; the last one's counts."""
    check_input: CheckInput | None
    """Says what is wrong with what was brought along, and so refuses it."""


class Moment(NamedTuple):
    """What happens next to an open approval."""

    at: datetime
    what: Literal["deadline", "rung", "reminder"]


class Asking:
    """One approval as its flow asks for it.

    Raises:
        ValueError: what is asked for makes no sense, whoever the people are.
    """

    def __init__(self, name: str, summary: str, deadline: timedelta, options: ApprovalOptions) -> None:
        self.name = name
        self.deadline = deadline
        self.ladder = options.get("ladder", ())
        self._summary = summary
        self.check_input = options.get("check_input")
        self._options = options
        self._calendar = options.get("calendar")
        self._remind_every = options.get("remind_every")
        self._check()

    def _check(self) -> None:
        if self._options.get("quorum", 1) < 1:
            raise ValueError("a quorum is one person at least")
        if self._remind_every is not None and self._remind_every <= timedelta():
            raise ValueError("a reminder comes after some time")
        afters = [rung.after for rung in self.ladder]
        if afters != sorted(afters):
            raise ValueError("the rungs of a ladder are in order")
        if self.check_input and self._options.get("takes") is None:
            raise ValueError("an input that is checked is asked for by `takes`")

    def asked(self, now: datetime) -> ApprovalStatus:
        """The approval as it begins.

        Raises:
            ApplicationError: `ApprovalImpossible`: fewer people may ever decide than have to.
        """
        options = self._options
        excluded = excluded_from(options.get("excluded", ()), requester := options.get("requester"))
        deciders = options.get("deciders")
        approval = ApprovalStatus(
            name=self.name,
            status=ApprovalState.WAITING,
            asked_at=now,
            deadline=due(now, self.deadline, self._calendar),
            summary=self._summary,
            shown=masked(options.get("shown")),
            takes=to_jsonable_python(options.get("takes")),
            deciders=without(deciders.everyone(), excluded) if deciders else None,
            groups=deciders.groups if deciders else (),
            excluded=excluded,
            requester=requester,
            quorum=options.get("quorum", 1),
        )
        self._check_possible(approval)
        return asked(approval)

    def _check_possible(self, approval: ApprovalStatus) -> None:
        if approval.deciders is None:
            return
        later = [person for rung in self.ladder for person in rung.to.everyone()]
        ever = distinct([*approval.deciders, *without(later, approval.excluded)])
        if len(ever) < approval.quorum:
            who = ", ".join(ever) or "nobody"
            message = f"{approval.name} takes {approval.quorum} to approve, and of those who may decide there is {who}."
            raise ApplicationError(message, type=APPROVAL_IMPOSSIBLE, non_retryable=True)

    def next_moment(self, approval: ApprovalStatus) -> Moment:
        """Whatever comes first; on the same instant the deadline, and a rung last, so that nobody is told twice."""
        return min(self._moments(approval), key=lambda moment: moment.at)

    def _moments(self, approval: ApprovalStatus) -> Iterator[Moment]:
        yield Moment(approval.deadline, "deadline")
        if self._remind_every:
            last = approval.reminded_at or approval.asked_at
            yield Moment(due(last, self._remind_every, self._calendar), "reminder")
        for rung in self.ladder[len(approval.escalated) :][:1]:
            yield Moment(due(approval.asked_at, rung.after, self._calendar), "rung")

    def reminded(self, approval: ApprovalStatus, moment: Moment, now: datetime) -> ApprovalStatus:
        """The approval with one more reminder, however many were missed while no worker ran."""
        every = self._remind_every or timedelta()
        in_time = now < due(moment.at, every, self._calendar)
        changes = {"reminded": approval.reminded + 1, "reminded_at": moment.at if in_time else now}
        return approval.model_copy(update=changes)

    def next_rung(self, approval: ApprovalStatus) -> tuple[Rung, str]:
        """The rung that is reached now, and its name."""
        number = len(approval.escalated)
        rung = self.ladder[number]
        return rung, rung.name or f"rung {number + 1}"
