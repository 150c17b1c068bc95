"""Events in any order, doubled, and handed over from run to run at any place: none is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from saga.sequencing import Inbox, MailboxState

HOLD_BACK = timedelta(seconds=30)
START = datetime(2026, 1, 5, tzinfo=UTC)
FOREVER = 1_000


class Told:
    """What a flow is given of the events that reach its mailbox; between any two of them it may go on in a new run."""

    def __init__(self, *, remember: int = FOREVER) -> None:
        self.remember = remember
        self.now = START
        self.read: list[str] = []
        self.inbox = self._continued(None)

    def receive(self, event: str) -> None:
        """`desk 3` is the third event of the desk."""
        stream, number = event.split()
        self.inbox.receive(event, stream, int(number), event, self.now)

    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def read_all(self) -> None:
        self.inbox.release(self.now)
        self.read += map(str, self.inbox.ready)
        self.inbox.ready.clear()

    def roll_over(self) -> None:
        self.inbox = self._continued(self.inbox.carry().model_dump_json())

    def _continued(self, carried: str | None) -> Inbox:
        state = MailboxState.model_validate_json(carried) if carried else None
        return Inbox(hold_back=HOLD_BACK, remember=self.remember, state=state)


def told(*events: str) -> Told:
    told = Told()
    for event in events:
        told.receive(event)
    told.read_all()
    return told


def of(stream: str, read: Sequence[str]) -> list[int]:
    return [int(event.split()[1]) for event in read if event.startswith(stream)]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[str], list[object]]:
    """All events of two streams, each at least once, in any order, with pauses, readings and roll-overs between them."""
    sent = [f"{stream} {n}" for stream in ("desk", "bugs") for n in range(1, draw(st.integers(0, 8)) + 1)]
    again = draw(st.lists(st.sampled_from(sent), max_size=10)) if sent else []
    script: list[object] = []
    for event in draw(st.permutations(sent + again)):
        script += [*draw(st.lists(st.sampled_from(["read", "roll over", 1, 7, 40]), max_size=2)), event]
    return sent, script


def play(script: Sequence[object], *, remember: int = FOREVER) -> Told:
    told = Told(remember=remember)
    for act in script:
        if isinstance(act, int):
            told.pass_time(act)
        elif act == "read":
            told.read_all()
        elif act == "roll over":
            told.roll_over()
        else:
            told.receive(str(act))
    told.read_all()
    return told


@given(deliveries())
def test_no_event_is_lost_and_none_comes_twice(delivery: tuple[list[str], list[object]]) -> None:
    """Each event is read exactly once, whatever the order, the copies, the pauses and the roll-overs."""
    sent, script = delivery

    told = play(script)

    assert sorted(sent) == sorted(told.read)
    assert told.inbox.held == 0
    assert told.inbox.received == len([act for act in script if str(act).startswith(("desk", "bugs"))])
    assert told.inbox.duplicates == told.inbox.received - len(sent)
    assert told.inbox.missing() == ()


@given(deliveries())
def test_only_late_events_are_out_of_order(delivery: tuple[list[str], list[object]]) -> None:
    """Each stream is read in its order, but for events that were passed over and came later; these are counted."""
    told = play(delivery[1])

    behind = sum(
        number < max(numbers[:place], default=0)
        for numbers in (of("desk", told.read), of("bugs", told.read))
        for place, number in enumerate(numbers)
    )

    assert behind == told.inbox.late == told.inbox.passed_over


@given(deliveries())
def test_order_is_kept_where_nothing_waits_too_long(delivery: tuple[list[str], list[object]]) -> None:
    """When all that is missing comes within the hold-back, each stream is read in its order, without exception."""
    told = play([act for act in delivery[1] if not isinstance(act, int)])

    for stream in ("desk", "bugs"):
        numbers = of(stream, told.read)
        assert list(range(1, len(numbers) + 1)) == numbers
    assert (told.inbox.late, told.inbox.passed_over) == (0, 0)


@given(deliveries())
def test_a_roll_over_changes_nothing(delivery: tuple[list[str], list[object]]) -> None:
    """What is read, and all counts, are the same with roll-overs as without them."""
    script = delivery[1]

    rolled, plain = play(script), play([act for act in script if act != "roll over"])

    assert plain.read == rolled.read
    assert plain.inbox.carry() == rolled.inbox.carry()


@given(deliveries())
def test_numbers_tell_copies_when_keys_are_forgotten(delivery: tuple[list[str], list[object]]) -> None:
    """With a memory of one key, the numbers still tell a copy from an event, as long as no gap is forgotten."""
    sent, script = delivery

    told = play([act for act in script if not isinstance(act, int)], remember=1)

    assert sorted(sent) == sorted(told.read)


def test_a_gap_is_waited_for_no_longer_than_the_hold_back() -> None:
    """An event whose forerunner is missing waits for the hold-back; then the forerunner is passed over, and shown."""
    told = Told()
    told.receive("desk 1")
    told.receive("desk 4")
    told.pass_time(29)
    told.read_all()
    assert told.read == ["desk 1"]
    assert told.inbox.due == START + HOLD_BACK

    told.pass_time(1)
    told.read_all()

    assert told.read == ["desk 1", "desk 4"]
    assert told.inbox.passed_over == 2
    assert told.inbox.missing() == ("desk 2-3",)
    assert told.inbox.due is None


def test_a_late_event_is_let_through_once() -> None:
    """What was passed over and comes after all is read at once, counted as late, and missing no longer."""
    told = Told()
    told.receive("desk 3")
    told.pass_time(30)
    told.read_all()

    told.receive("desk 2")
    told.receive("desk 2")
    told.read_all()

    assert told.read == ["desk 3", "desk 2"]
    assert (told.inbox.late, told.inbox.duplicates) == (1, 1)
    assert told.inbox.missing() == ("desk 1",)


def test_one_stream_does_not_wait_for_another() -> None:
    """A gap in one stream holds nothing of the other up."""
    assert told("desk 2", "bugs 1", "bugs 2").read == ["bugs 1", "bugs 2"]


def test_without_numbers_the_order_is_that_of_arrival() -> None:
    """Events without numbers are read as they come, each key once, as far back as keys are remembered."""
    inbox = Inbox(hold_back=HOLD_BACK, remember=2)
    for key in ("b", "a", "b", "c", "b"):
        inbox.receive(key, "", None, key, START)

    assert list(inbox.ready) == ["b", "a", "c", "b"]
    assert inbox.duplicates == 1


def test_keys_and_gaps_are_bounded() -> None:
    """A mailbox that lives for years does not grow: the oldest keys, and the oldest gaps, are forgotten."""
    told = Told(remember=3)
    for number in range(2, 42, 2):
        told.receive(f"desk {number}")
        told.pass_time(30)
        told.read_all()

    carried = told.inbox.carry()

    assert carried.seen == ("desk 36", "desk 38", "desk 40")
    assert carried.streams["desk"].gaps == ((35, 35), (37, 37), (39, 39))
