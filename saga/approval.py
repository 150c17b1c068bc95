"""Approvals: a decision that people owe the flow, with a deadline, and a record of who decided, when and why.

All that an approval is stands in its `ApprovalStatus`, so that a further run of the flow goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.announcing import Announcer
from saga.asking import ApprovalOptions, Asking, Moment, Shown
from saga.forms import CheckInput
from saga.journal import Journal
from saga.masking import masked
from saga.messages import AnnouncementKind, Decided, Decision
from saga.people import without
from saga.refusing import refusal
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus
from saga.terms import INVALID_INPUT
from saga.voting import awaited, check, counted, decided, revised, voters, widened, without_vote

APPROVAL_REJECTED = "ApprovalRejected"
APPROVAL_TIMED_OUT = "ApprovalTimedOut"
APPROVAL_WITHDRAWN = "ApprovalWithdrawn"

_SUMMARIES = {
    "deadline": "decide by {at:%Y-%m-%d %H:%M} UTC",
    "reminder": "remind on {at:%Y-%m-%d %H:%M} UTC",
    "rung": "escalate on {at:%Y-%m-%d %H:%M} UTC",
}
_ANYONE_IS_REMINDED = ("ops",)
"""Where no deciders are named, those who run the flows hear that somebody has to decide."""


class Approvals:
    """All approvals of one flow."""

    def __init__(self, journal: Journal, announcer: Announcer) -> None:
        self._journal = journal
        self._announcer = announcer
        self._asked: set[str] = set()
        self._checks: dict[str, CheckInput] = {}

    async def ask(
        self, name: str, *, summary: str, deadline: timedelta, options: ApprovalOptions
    ) -> ApprovalStatus:
        """Wait until `name` is approved; one that an earlier run of the flow has asked for goes on.

        Raises:
            ApplicationError: `ApprovalRejected`, `ApprovalWithdrawn`, `ApprovalImpossible`, or `ApprovalTimedOut` when
                `deadline` has passed. A decision that arrives together with the deadline counts.
            ValueError: this run has asked for `name` before.
        """
        asking = Asking(name, summary, deadline, options)
        if name in self._asked or self._is_past(name):
            raise ValueError(f"approval {name!r} was asked for already: give each approval a name of its own")
        if name not in self._journal.approvals:
            self._record(asking.asked(workflow.now()))
            self._tell("approval", self._journal.approvals[name], awaited(self._journal.approvals[name]))
        self._asked.add(name)
        self._hold_to(name, asking.check_input)
        try:
            await self._decided(asking)
        except BaseException:
            self._end(name, ApprovalState.CANCELLED)
            raise
        return self._verdict(name)

    def _hold_to(self, name: str, check_input: CheckInput | None) -> None:
        """From now on each input is checked; so is what came in before this run of the flow had asked."""
        if check_input is None:
            return
        self._checks[name] = check_input
        approval = self._journal.approvals[name]
        wrong = {
            place: check_input(one.input) for place, one in enumerate(approval.decisions) if _brings(one)
        }
        for place, why in wrong.items():
            if why:
                approval = without_vote(approval, place)
                self._journal.refused(
                    "decide", by=approval.decisions[place].by, why=_misfit(name, why).message
                )
        self._record(approval)

    async def _decided(self, asking: Asking) -> None:
        with self._journal.waiting_for(f"approval:{asking.name}"):
            while self._is_open(asking.name):
                await self._until(asking.next_moment(self._journal.approvals[asking.name]), asking)

    async def _until(self, moment: Moment, asking: Asking) -> None:
        """Wait for the end of the approval, or for the moment, and then do what is due."""
        name, left = asking.name, moment.at - workflow.now()
        self._update(name, next_due=moment.at)
        timer = f"approval {name}: {_SUMMARIES[moment.what].format(at=moment.at)}"
        if left > timedelta():
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: not self._is_open(name), timeout=left, timeout_summary=timer
                )
        if self._is_open(name):
            self._reached(moment, asking)

    def _reached(self, moment: Moment, asking: Asking) -> None:
        approval = self._journal.approvals[asking.name]
        if moment.what == "deadline":
            self._end(asking.name, ApprovalState.TIMED_OUT)
        elif moment.what == "rung":
            self._escalate(approval, asking)
        else:
            self._remind(asking.reminded(approval, moment, workflow.now()))

    def _remind(self, approval: ApprovalStatus) -> None:
        self._record(approval)
        to = _ANYONE_IS_REMINDED if approval.deciders is None else awaited(approval)
        self._tell("approval_reminder", approval, to, number=approval.reminded)

    def _escalate(self, approval: ApprovalStatus, asking: Asking) -> None:
        rung, name = asking.next_rung(approval)
        wider = widened(approval, rung.to, rung=name)
        self._record(wider)
        self._journal.publish()
        had_their_say = [decision.by for decision in counted(wider)]
        to = without(rung.to.everyone(), [*wider.excluded, *had_their_say])
        self._tell("approval_escalation", wider, to, number=len(wider.escalated))

    def _verdict(self, name: str) -> ApprovalStatus:
        approval = self._update(name, acted_on=True)
        if approval.status is ApprovalState.APPROVED:
            return approval
        if approval.status is ApprovalState.TIMED_OUT:
            got = approval.quorum - approval.missing
            who = f"Only {got} of {approval.quorum} approved" if got else "Nobody decided on"
            message = f"{who} {name} by {approval.deadline:%Y-%m-%d %H:%M} UTC."
            raise ApplicationError(message, type=APPROVAL_TIMED_OUT, non_retryable=True)
        last = approval.decisions[-1]
        withdrawn = approval.status is ApprovalState.WITHDRAWN
        message = f"{last.by} {'withdrew' if withdrawn else 'rejected'} {name}: {last.comment}"
        kind = APPROVAL_WITHDRAWN if withdrawn else APPROVAL_REJECTED
        raise ApplicationError(message, type=kind, non_retryable=True)

    def check(self, decision: Decision) -> ApprovalStatus:
        """The open approval that `decision` is about.

        Raises:
            ApplicationError: `UnknownApproval`, `InvalidInput`, or one of `saga.voting.check`.
        """
        approval = self._find(decision.approval)
        check(approval, decision)
        if decision.input is not None and (check_input := self._checks.get(approval.name)):
            why = check_input(decision.input)
            if why:
                raise _misfit(approval.name, why)
        return approval

    def decide(self, decision: Decision) -> Decided:
        """Record the decision; the flow goes on when it was the last that was missing."""
        approval = decided(self.check(decision), decision, workflow.now())
        self._record(approval)
        if decision.to:
            self._tell("approval", approval, (decision.to,), number=approval.version)
        if approval.deciders is not None and approval.status is ApprovalState.WAITING:
            self._journal.publish()
        return Decided(
            approval=approval.name,
            decision=decision.decision,
            by=decision.by,
            at=workflow.now(),
            to=decision.to,
            missing=approval.missing,
            summary=approval.summary,
            digest=approval.digest,
        )

    def revise(
        self, name: str, *, summary: str | None, shown: Shown | None, quorum: int | None = None
    ) -> None:
        """Change what is asked for: earlier decisions lapse, and people are asked again.

        Raises:
            ApplicationError: `UnknownApproval`, `AlreadyDecided` or `ApprovalClosed`.
        """
        changes: dict[str, object] = {}
        if summary is not None:
            changes["summary"] = summary
        if shown is not None:
            changes["shown"] = masked(shown)
        if quorum is not None:
            changes["quorum"] = quorum
        approval = revised(self._find(name), **changes)
        self._record(approval)
        self._journal.publish()
        self._tell("approval", approval, voters(approval) or (), number=approval.version)

    def _find(self, name: str) -> ApprovalStatus:
        approval = self._journal.approvals.get(name)
        if approval is None:
            asked = ", ".join(self._journal.approvals) or "none so far"
            raise refusal("UnknownApproval", f"No approval {name!r}. Asked for: {asked}.")
        return approval

    def _tell(
        self, kind: AnnouncementKind, approval: ApprovalStatus, people: Iterable[str], *, number: int = 1
    ) -> None:
        for person in people:
            self._announcer.tell(
                kind,
                to=person,
                approval=approval,
                cause=approval.summary,
                since=approval.asked_at,
                number=number,
            )

    def _is_past(self, name: str) -> bool:
        """Whether an earlier run has gone on with its outcome; of one that was decided as that run ended it knew nothing."""
        approval = self._journal.approvals.get(name)
        return approval is not None and approval.acted_on

    def _is_open(self, name: str) -> bool:
        return self._journal.approvals[name].status is ApprovalState.WAITING

    def _record(self, approval: ApprovalStatus) -> None:
        self._journal.approvals[approval.name] = approval

    def _update(self, name: str, **changes: object) -> ApprovalStatus:
        approval = self._journal.approvals[name].model_copy(update=changes)
        self._record(approval)
        return approval

    def _end(self, name: str, state: ApprovalState) -> None:
        if self._is_open(name):
            self._update(name, status=state, next_due=None)


def _brings(decision: DecisionStatus) -> bool:
    return decision.input is not None and not decision.lapsed


def _misfit(name: str, why: str) -> ApplicationError:
    return refusal(INVALID_INPUT, f"The input of {name} does not fit: {why}")
