"""What stands of a ticket: the rule, and that the order in which changes become known makes no difference."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ticket_sync import OWNERS, Agreed
from models.tickets import ORIGIN, Change, Comment, System

START = datetime(2026, 1, 5, tzinfo=UTC)
DESK, TRACKER = System
NAMES = ("title", "assignee", "status")


def change(
    system: System,
    sequence: int,
    *,
    at: int,
    origin: str | None = None,
    comments: Sequence[str] = (),
    **fields: str,
) -> Change:
    return Change(
        event_id=f"{system}-{sequence}",
        system=system,
        ticket="T-1",
        sequence=sequence,
        changed_at=START + timedelta(seconds=at),
        origin=origin,
        fields=fields,
        comments=tuple(Comment(id=text, text=text) for text in comments),
    )


def agreed(*changes: Change) -> Agreed:
    known = Agreed()
    for one in changes:
        known = known.with_change(one)
    return known


@pytest.mark.parametrize(
    ("name", "standing"),
    [("title", "desk's"), ("assignee", "tracker's"), ("status", "tracker's")],
    ids=["the desk owns it", "the tracker owns it", "nobody owns it: the newest"],
)
def test_what_stands(name: str, standing: str) -> None:
    """The owner's word, however old; of a field that nobody owns the newest."""
    known = agreed(change(DESK, 1, at=1, **{name: "desk's"}), change(TRACKER, 1, at=2, **{name: "tracker's"}))

    assert known.fields() == {name: standing}


def test_what_its_owner_has_not_said() -> None:
    """As long as the owner has said nothing of a field, the other's word stands."""
    assert agreed(change(TRACKER, 1, at=1, title="dark")).fields() == {"title": "dark"}


def test_both_at_the_same_moment() -> None:
    """Then it is the desk's word."""
    known = agreed(change(TRACKER, 1, at=1, status="open"), change(DESK, 1, at=1, status="closed"))

    assert known.fields() == {"status": "closed"}


def test_our_own_writing_says_nothing() -> None:
    """What we have written shows what a system has, and is nobody's word."""
    known = agreed(
        change(DESK, 1, at=1, status="open", comments=["dark"]),
        change(TRACKER, 1, at=9, origin=ORIGIN, status="open", comments=["dark"]),
    )

    assert known.echoes == 1
    assert known.write_for(DESK, "T-1") is None
    owed = known.write_for(TRACKER, "T-1")
    assert owed
    assert (owed.fields, [comment.id for comment in owed.comments]) == ({}, ["dark"])


def test_what_was_overwritten_is_written_again() -> None:
    """A person's newer word, which our older one has replaced before we knew of it, is put back."""
    known = agreed(change(DESK, 1, at=1, status="open"))
    owed = known.write_for(TRACKER, "T-1")
    assert owed
    known = known.with_written(TRACKER, owed, version=2)

    known = known.with_change(change(TRACKER, 1, at=5, status="waiting"))

    for system in System:
        again = known.write_for(system, "T-1")
        assert again
        assert again.fields == {"status": "waiting"}


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Change], list[Change]]:
    """Changes by people and by us in both systems, and the same in any other order."""
    changes = [
        change(
            system,
            sequence,
            at=draw(st.integers(0, 5)),
            origin=draw(st.sampled_from([None, None, ORIGIN])),
            **{draw(st.sampled_from(NAMES)): draw(st.sampled_from("xyz"))},
        )
        for system in System
        for sequence in range(1, draw(st.integers(0, 5)) + 1)
    ]
    return changes, draw(st.permutations(changes))


@given(histories())
def test_the_order_makes_no_difference(history: tuple[list[Change], list[Change]]) -> None:
    """In whatever order changes become known, the same stands, and each system is owed the same."""
    one, other = (agreed(*changes) for changes in history)

    assert one.fields() == other.fields()
    assert [one.write_for(system, "T-1") for system in System] == [
        other.write_for(system, "T-1") for system in System
    ]


@given(histories())
def test_they_agree_once_all_is_written(history: tuple[list[Change], list[Change]]) -> None:
    """After one write to each system both show what stands, and are owed nothing more."""
    known = agreed(*history[1])
    for system in System:
        if owed := known.write_for(system, "T-1"):
            known = known.with_written(system, owed, version=99)

    assert [known.write_for(system, "T-1") for system in System] == [None, None]
    shown = [{name: held.value for name, held in known.side(system).held.items()} for system in System]
    for name, value in known.fields().items():
        assert [side[name] for side in shown] == [value, value]


def test_owners_are_of_fields_that_both_have() -> None:
    """Neither system owns the status: each may close a ticket."""
    assert "status" not in OWNERS
