"""Approvals: a decision that a person owes the flow, with a deadline, and a record of who decided, when and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.journal import Journal
from saga.messages import Decided, Decision
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus

APPROVAL_REJECTED = "ApprovalRejected"
APPROVAL_TIMED_OUT = "ApprovalTimedOut"

_STATES = {"approve": ApprovalState.APPROVED, "reject": ApprovalState.REJECTED}


class Approvals:
    """All approvals of one flow."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def ask(self, name: str, *, summary: str, deadline: timedelta) -> DecisionStatus:
        """Wait until someone has approved `name`.

        Raises:
            ApplicationError: `ApprovalRejected`, or `ApprovalTimedOut` when `deadline` has passed. A decision that
                arrives together with the deadline counts.
            ValueError: this flow has asked for `name` before.
        """
        if name in self._journal.approvals:
            raise ValueError(f"approval {name!r} was asked for already: give each approval a name of its own")
        until = workflow.now() + deadline
        self._record(
            ApprovalStatus(
                name=name,
                status=ApprovalState.WAITING,
                asked_at=workflow.now(),
                deadline=until,
                summary=summary,
            )
        )
        try:
            await self._decided(name, deadline, until)
        except BaseException:
            self._end(name, ApprovalState.CANCELLED)
            raise
        return self._verdict(name)

    async def _decided(self, name: str, limit: timedelta, until: datetime) -> None:
        timer = f"approval {name}: decide by {until:%Y-%m-%d %H:%M} UTC"
        with self._journal.waiting_for(f"approval:{name}"):
            try:
                await workflow.wait_condition(
                    lambda: not self._is_open(name), timeout=limit, timeout_summary=timer
                )
            except TimeoutError:
                self._end(name, ApprovalState.TIMED_OUT)

    def _verdict(self, name: str) -> DecisionStatus:
        approval = self._journal.approvals[name]
        if approval.status is ApprovalState.TIMED_OUT:
            message = f"Nobody decided on {name} by {approval.deadline:%Y-%m-%d %H:%M} UTC."
            raise ApplicationError(message, type=APPROVAL_TIMED_OUT, non_retryable=True)
        decision = approval.decisions[-1]
        if approval.status is ApprovalState.REJECTED:
            message = f"{decision.by} rejected {name}: {decision.comment}"
            raise ApplicationError(message, type=APPROVAL_REJECTED, non_retryable=True)
        return decision

    def check(self, decision: Decision) -> ApprovalStatus:
        """The open approval that `decision` is about.

        Raises:
            ApplicationError: `UnknownApproval`, `AlreadyDecided` or `ApprovalClosed`.
        """
        approval = self._journal.approvals.get(decision.approval)
        if approval is None:
            asked = ", ".join(self._journal.approvals) or "none so far"
            raise _refusal("UnknownApproval", f"No approval {decision.approval!r}. Asked for: {asked}.")
        if approval.decisions:
            last = approval.decisions[-1]
            raise _refusal("AlreadyDecided", f"{last.by} decided on {approval.name} already: {last.verdict}.")
        if approval.status is not ApprovalState.WAITING:
            raise _refusal("ApprovalClosed", f"Approval {approval.name} is over: {approval.status}.")
        return approval

    def decide(self, decision: Decision) -> Decided:
        """Record the decision; the flow goes on."""
        approval = self.check(decision)
        now = workflow.now()
        record = DecisionStatus(by=decision.by, at=now, verdict=decision.decision, comment=decision.comment)
        self._record(
            approval.model_copy(
                update={"status": _STATES[decision.decision], "decisions": (*approval.decisions, record)}
            )
        )
        return Decided(approval=approval.name, decision=decision.decision, by=decision.by, at=now)

    def _is_open(self, name: str) -> bool:
        return self._journal.approvals[name].status is ApprovalState.WAITING

    def _record(self, approval: ApprovalStatus) -> None:
        self._journal.approvals[approval.name] = approval

    def _end(self, name: str, state: ApprovalState) -> None:
        if self._is_open(name):
            self._record(self._journal.approvals[name].model_copy(update={"status": state}))


def _refusal(kind: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=kind, non_retryable=True)
