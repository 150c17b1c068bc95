"""Whatever people send, and in whatever order: the rules of deciding agree with a model that a page can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from temporalio.exceptions import ApplicationError

from saga import Deciders, Decision, Rung
from saga.asking import ApprovalOptions, Asking
from saga.digest import digest_of
from saga.masking import masked
from saga.messages import DecisionKind
from saga.people import distinct, key, opaque_id, same, without
from saga.status import ApprovalState, ApprovalStatus
from saga.voting import awaited, check, counted, decided, revised, voters, widened

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cyd", "dan", "eve")
SPELT = (*PEOPLE, "Ann", " bob", "CYD")


@dataclass(frozen=True)
class Said:
    """A message: on what is shown now, on what was shown before, or without saying on what."""

    kind: DecisionKind
    by: str
    to: str
    on: Literal["now", "before", "unsaid"]


@dataclass(frozen=True)
class Widen:
    to: tuple[str, ...]


class Revise:
    """Something else is asked for."""

    def __repr__(self) -> str:
        return "Revise()"


@dataclass
class Model:
    """What is known of one approval, in sets; `deciders` of None is anyone."""

    deciders: set[str] | None
    excluded: set[str]
    requester: str
    quorum: int
    changed: bool = False
    approved: set[str] = field(default_factory=set[str])
    gave: dict[str, str] = field(default_factory=dict[str, str])
    end: str = "waiting"

    def may(self, person: str) -> bool:
        if person in self.excluded | self.gave.keys():
            return False
        return self.deciders is None or person in self.deciders | set(self.gave.values())

    def refuses(self, said: Said) -> str | None:
        by, to = key(said.by), key(said.to)
        if self.end != "waiting":
            return "ApprovalClosed" if self.end == "withdrawn" else "AlreadyDecided"
        if said.kind == "withdraw":
            return None if by == self.requester else "NotTheRequester"
        if not self.may(by):
            return "NotADecider"
        if by in self.approved:
            return "AlreadyDecided"
        if said.kind == "delegate":
            free = self.deciders is not None and to not in self.excluded | self.gave.keys()
            return None if free and not self.may(to) else "NotADelegate"
        outdated = said.on == "before" or (said.on == "unsaid" and self.changed)
        return "OutdatedDecision" if outdated else None

    def hears(self, said: Said) -> None:
        if said.kind == "delegate":
            self.gave[key(said.by)] = key(said.to)
        elif said.kind == "approve":
            self.approved.add(key(said.by))
            self.end = "approved" if len(self.approved) >= self.quorum else "waiting"
        else:
            self.end = "rejected" if said.kind == "reject" else "withdrawn"


kinds: st.SearchStrategy[DecisionKind] = st.sampled_from(
    ("approve", "approve", "approve", "approve", "delegate", "delegate", "reject", "withdraw")
)
messages = st.builds(
    Said,
    kind=kinds,
    by=st.sampled_from(SPELT),
    to=st.sampled_from(SPELT),
    on=st.sampled_from(("now", "now", "now", "unsaid", "before")),
)
widenings = st.builds(Widen, st.lists(st.sampled_from(SPELT), min_size=1, max_size=2).map(tuple))
happenings = st.lists(st.one_of(messages, messages, messages, st.builds(Revise), widenings), max_size=20)
groups = st.lists(st.sampled_from(SPELT), min_size=1, max_size=4).map(tuple)


@settings(max_examples=400, deadline=None, database=None)
@given(
    st.one_of(st.none(), groups), st.lists(st.sampled_from(SPELT), max_size=2), st.integers(1, 3), happenings
)
def test_against_the_model(
    named: tuple[str, ...] | None, excluded: list[str], quorum: int, happening: list[Said | Revise | Widen]
) -> None:
    """Each message is taken or refused as the model says; who is missing, who is asked and how it ends agree."""
    deciders = Deciders(people=named) if named else None
    everyone = Rung(after=timedelta(days=9), to=Deciders(people=(*PEOPLE, "f", "g", "h")))
    options = ApprovalOptions(
        deciders=deciders, excluded=tuple(excluded), requester="Eve", quorum=quorum, ladder=(everyone,)
    )
    approval = Asking("x", "may we?", timedelta(days=9), options).asked(NOW)
    out = set(map(key, excluded))
    model = Model({*map(key, named)} - out if named else None, out, "eve", quorum)
    for one in happening:
        approval = after(approval, one, model)
        agrees(approval, model)


def after(approval: ApprovalStatus, happening: Said | Revise | Widen, model: Model) -> ApprovalStatus:
    """The approval and the model after one more thing has happened."""
    if isinstance(happening, Said):
        return sent(approval, happening, model)
    if model.end != "waiting":
        return approval
    if isinstance(happening, Widen):
        if model.deciders is not None:
            model.deciders |= {*map(key, happening.to)} - model.excluded
        return widened(approval, Deciders(people=happening.to), rung="more")
    model.approved, model.changed = set(), True
    changed = revised(approval, summary=f"may we, version {approval.version + 1}?")
    assert changed.digest != approval.digest
    return changed


def sent(approval: ApprovalStatus, said: Said, model: Model) -> ApprovalStatus:
    digests = {"now": approval.digest, "before": "0" * 16, "unsaid": None}
    decision = Decision(
        approval="x",
        decision=said.kind,
        by=said.by,
        comment="so",
        digest=digests[said.on],
        to=said.to if said.kind == "delegate" else None,
    )
    expected = model.refuses(said)
    assert expected == refused(approval, decision)
    if expected:
        return approval
    model.hears(said)
    return decided(approval, decision, NOW)


def refused(approval: ApprovalStatus, decision: Decision) -> str | None:
    try:
        check(approval, decision)
    except ApplicationError as error:
        return error.type
    return None


def agrees(approval: ApprovalStatus, model: Model) -> None:
    """What the approval says of itself is what the model knows."""
    assert approval.status == model.end
    approving = {key(one.by) for one in counted(approval) if one.verdict == "approve"}
    assert model.approved == approving
    assert max(model.quorum - len(model.approved), 0) == approval.missing
    assert {one.by for one in approval.decisions if one.lapsed} <= set(map(str.strip, SPELT))
    if model.end == "waiting" and model.deciders is not None:
        asked = {one for one in (*PEOPLE, "f", "g", "h") if model.may(one)}
        assert {key(one) for one in voters(approval) or ()} == asked
        assert {key(one) for one in awaited(approval)} == asked - model.approved


@given(st.lists(st.sampled_from(SPELT)), st.lists(st.sampled_from(SPELT)))
def test_people_are_told_apart(people: list[str], others: list[str]) -> None:
    """Each person stands once, where he stood first; nobody who is left out stays; ids are the same for all spellings."""
    once = distinct(people)

    assert [key(one) for one in once] == list(dict.fromkeys(map(key, people)))
    assert not {*map(key, without(people, others))} & {*map(key, others)}
    assert len({opaque_id(one) for one in people}) == len(once)
    assert all(same(one, one.upper()) for one in once)


class Bill(BaseModel):
    amount: str
    iban: str = Field(default="DE00", repr=False)


texts = st.text(max_size=5)


@given(texts, texts, st.integers(1, 3), texts, texts, st.integers(1, 3))
def test_digest(one: str, amount: str, version: int, other: str, price: str, later: int) -> None:
    """Two digests are equal just where the summary, what is shown, and the version are; none tells what is masked."""
    first = digest_of(one, masked(Bill(amount=amount, iban="DE01")), version=version)
    second = digest_of(other, masked(Bill(amount=price, iban="DE02")), version=later)

    assert (first == second) is ((one, amount, version) == (other, price, later))
    assert digest_of("a", {"x": 1, "y": 2}, version=1) == digest_of("a", {"y": 2, "x": 1}, version=1)


KIM = Deciders(people=("kim",))
DOWNWARDS = (Rung(after=timedelta(days=2), to=KIM), Rung(after=timedelta(days=1), to=KIM))


@pytest.mark.parametrize(
    "wrong",
    [{"quorum": 0}, {"remind_every": timedelta()}, {"ladder": DOWNWARDS}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_no_such_approval(wrong: ApprovalOptions) -> None:
    """What makes no sense for anybody is a mistake of the flow."""
    with pytest.raises(ValueError, match=r"quorum|reminder|ladder"):
        Asking("x", "", timedelta(days=1), wrong)


def test_the_first_state() -> None:
    """All that the status shows is there from the beginning."""
    options = ApprovalOptions(
        quorum=2, excluded=("requester", "bob"), requester="ann", shown=Bill(amount="1")
    )
    asked = Asking("x", "one", timedelta(days=1), options).asked(NOW)

    assert (asked.missing, asked.version, asked.excluded) == (2, 1, ("bob", "ann"))
    assert asked.digest == digest_of("one", {"amount": "1", "iban": "***"}, version=1)
    assert asked.status is ApprovalState.WAITING
