"""The rules of deciding, as pure functions from one state of an approval to the next."""

from __future__ import annotations

from datetime import datetime

from saga.digest import digest_of
from saga.messages import Decision
from saga.people import REQUESTER, Deciders, among, distinct, key, same, without
from saga.refusing import refusal
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus, DelegationStatus

_ENDS = {"reject": ApprovalState.REJECTED, "withdraw": ApprovalState.WITHDRAWN}


def voters(approval: ApprovalStatus) -> tuple[str, ...] | None:
    """Who has a say: the deciders and those whom they have given theirs to. None is anyone who is not excluded."""
    if approval.deciders is None:
        return None
    with_delegates = distinct([*approval.deciders, *(given.to for given in approval.delegations)])
    return without(with_delegates, [given.by for given in approval.delegations])


def awaited(approval: ApprovalStatus) -> tuple[str, ...]:
    """Who has a say and has not had it; nobody, where anyone may decide or nothing is to be decided."""
    if approval.status is not ApprovalState.WAITING:
        return ()
    return without(voters(approval) or (), [decision.by for decision in counted(approval)])


def counted(approval: ApprovalStatus) -> tuple[DecisionStatus, ...]:
    """The decisions on what is shown now."""
    return tuple(decision for decision in approval.decisions if not decision.lapsed)


def excluded_from(excluded: tuple[str, ...], requester: str | None) -> tuple[str, ...]:
    """Who is excluded by name, or as the requester."""
    by_role = (requester,) if requester and among(REQUESTER, excluded) else ()
    return distinct([*without(excluded, (REQUESTER,)), *by_role])


def check(approval: ApprovalStatus, decision: Decision) -> None:
    """Whether the decision may be taken.

    Raises:
        ApplicationError: `AlreadyDecided`, `ApprovalClosed`, `NotTheRequester`, `NotADecider`, `OutdatedDecision`,
            `NotADelegate`, `InputNeeded` or `InputNotTaken`.
    """
    _check_open(approval)
    if decision.decision == "withdraw":
        _check_requester(approval, decision.by)
        return
    _check_voter(approval, decision.by)
    if decision.to is not None:
        _check_delegate(approval, decision.by, decision.to)
        return
    _check_seen(approval, decision.digest)
    _check_input(approval, decision)


def decided(approval: ApprovalStatus, decision: Decision, at: datetime) -> ApprovalStatus:
    """The approval with a decision that may be taken."""
    if decision.to is not None:
        given = DelegationStatus(by=decision.by, to=decision.to, at=at, comment=decision.comment)
        return approval.model_copy(update={"delegations": (*approval.delegations, given)})
    record = DecisionStatus(
        by=decision.by,
        at=at,
        verdict=decision.decision,
        comment=decision.comment,
        digest=decision.digest or approval.digest,
        input=decision.input,
    )
    known = _counting(approval.model_copy(update={"decisions": (*approval.decisions, record)}))
    state = _ENDS.get(decision.decision, ApprovalState.WAITING if known.missing else ApprovalState.APPROVED)
    next_due = known.next_due if state is ApprovalState.WAITING else None
    return known.model_copy(update={"status": state, "next_due": next_due})


def without_vote(approval: ApprovalStatus, place: int) -> ApprovalStatus:
    """The approval with the decision at that place lapsed; open again, if it was approved by it."""
    decisions = list(approval.decisions)
    decisions[place] = decisions[place].model_copy(update={"lapsed": True})
    known = _counting(approval.model_copy(update={"decisions": tuple(decisions)}))
    open_again = known.status is ApprovalState.APPROVED and known.missing > 0
    return known.model_copy(update={"status": ApprovalState.WAITING}) if open_again else known


def asked(approval: ApprovalStatus) -> ApprovalStatus:
    """The approval as people see it first."""
    return _digested(_counting(approval))


def revised(approval: ApprovalStatus, **subject: object) -> ApprovalStatus:
    """The approval with another subject: what was decided before lapses.

    Raises:
        ApplicationError: `AlreadyDecided` or `ApprovalClosed`.
    """
    _check_open(approval)
    lapsed = tuple(decision.model_copy(update={"lapsed": True}) for decision in approval.decisions)
    changes = {**subject, "decisions": lapsed, "version": approval.version + 1}
    return _digested(_counting(approval.model_copy(update=changes)))


def widened(approval: ApprovalStatus, to: Deciders, *, rung: str) -> ApprovalStatus:
    """The approval with more people who may decide."""
    more = without(to.everyone(), approval.excluded)
    changes: dict[str, object] = {"escalated": (*approval.escalated, rung)}
    if approval.deciders is not None:
        changes |= {
            "deciders": distinct([*approval.deciders, *more]),
            "groups": (*approval.groups, *(group for group in to.groups if group not in approval.groups)),
        }
    return approval.model_copy(update=changes)


def _counting(approval: ApprovalStatus) -> ApprovalStatus:
    approving = {key(said.by) for said in counted(approval) if said.verdict == "approve"}
    return approval.model_copy(update={"missing": max(approval.quorum - len(approving), 0)})


def _digested(approval: ApprovalStatus) -> ApprovalStatus:
    digest = digest_of(approval.summary, approval.shown, version=approval.version)
    return approval.model_copy(update={"digest": digest})


def _check_open(approval: ApprovalStatus) -> None:
    if approval.status in (ApprovalState.APPROVED, ApprovalState.REJECTED):
        last = approval.decisions[-1]
        raise refusal("AlreadyDecided", f"{last.by} decided on {approval.name} already: {last.verdict}.")
    if approval.status is not ApprovalState.WAITING:
        raise refusal("ApprovalClosed", f"Approval {approval.name} is over: {approval.status}.")


def _check_requester(approval: ApprovalStatus, by: str) -> None:
    if approval.requester is None or not same(approval.requester, by):
        raise refusal("NotTheRequester", f"Only who has asked for {approval.name} may withdraw it.")


def _check_voter(approval: ApprovalStatus, by: str) -> None:
    if among(by, approval.excluded):
        raise refusal("NotADecider", f"{by} is excluded from deciding on {approval.name}.")
    given = next((one for one in approval.delegations if same(one.by, by)), None)
    if given:
        raise refusal("NotADecider", f"{by} has delegated {approval.name} to {given.to}.")
    known = voters(approval)
    if known is not None and not among(by, known):
        raise refusal("NotADecider", f"{by} may not decide on {approval.name}: {', '.join(known)} may.")
    said = next((one for one in counted(approval) if same(one.by, by)), None)
    if said:
        raise refusal("AlreadyDecided", f"{by} decided on {approval.name} already: {said.verdict}.")


def _check_seen(approval: ApprovalStatus, digest: str | None) -> None:
    if digest == approval.digest or (digest is None and approval.version == 1):
        return
    changed = f"What {approval.name} asks for has changed: {approval.summary}"
    seen = "the decision does not say what it is about" if digest is None else f"{digest} is not it"
    raise refusal("OutdatedDecision", f"{changed} (digest {approval.digest}; {seen}).")


def _check_input(approval: ApprovalStatus, decision: Decision) -> None:
    if decision.input is not None and approval.takes is None:
        raise refusal("InputNotTaken", f"{approval.name} asks for a yes or no, and takes no input.")
    if decision.decision == "approve" and decision.input is None and approval.takes is not None:
        raise refusal("InputNeeded", f"To approve {approval.name} needs the input that it asks for.")


def _check_delegate(approval: ApprovalStatus, by: str, to: str) -> None:
    known = voters(approval)
    if known is None:
        raise refusal("NotADelegate", f"Anyone may decide on {approval.name}: there is nothing to delegate.")
    if same(by, to):
        raise refusal("NotADelegate", f"{by} cannot delegate to himself.")
    if among(to, approval.excluded):
        raise refusal("NotADelegate", f"{to} is excluded from deciding on {approval.name}.")
    if among(to, known):
        raise refusal("NotADelegate", f"{to} may decide on {approval.name} anyway.")
    if among(to, [given.by for given in approval.delegations]):
        raise refusal("NotADelegate", f"{to} has delegated {approval.name} already.")
