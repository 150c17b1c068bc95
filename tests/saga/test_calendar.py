"""Working time: whatever the hours, the zone, the holidays and the clock changes, so much work is so much work."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from saga import WorkingTime
from saga.calendar import due

BERLIN = WorkingTime(zone="Europe/Berlin", holidays=(date(2026, 12, 25), date(2026, 12, 26)))
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")
MINUTE = timedelta(minutes=1)

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(MINUTE, timedelta(hours=200))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingTime:
    """Any hours, also of minutes, in the night, and up to midnight; with days off anywhere."""
    opens, closes = draw(times), draw(times)
    assume(closes == time(0) or opens < closes)
    return WorkingTime(
        days=tuple(draw(st.sets(st.integers(0, 6), min_size=1))),
        opens=opens,
        closes=closes,
        zone=draw(st.sampled_from(ZONES)),
        holidays=tuple(draw(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5))),
    )


some = settings(max_examples=150, deadline=None, database=None)


@some
@given(calendars(), instants, st.timedeltas(MINUTE, timedelta(days=3)))
def test_so_much_is_worked(calendar: WorkingTime, start: datetime, days: timedelta) -> None:
    """Between an instant and the one by which so much is worked, just that is worked."""
    work = min(days, calendar.day * 30)

    assert work == calendar.between(start, calendar.after(start, work))


@some
@given(calendars(), instants, st.fractions(0, 10), st.fractions(0, 10))
def test_in_two_parts(calendar: WorkingTime, start: datetime, first: float, second: float) -> None:
    """It does not matter whether the work is counted at once or in two parts."""
    one, two = calendar.day * float(first), calendar.day * float(second)

    assert calendar.after(start, one + two) == calendar.after(calendar.after(start, one), two)


@some
@given(calendars(), instants, st.fractions(1, 10))
def test_it_ends_at_work(calendar: WorkingTime, start: datetime, days: float) -> None:
    """On a working day within its hours, by the clock of the zone."""
    end = calendar.after(start, calendar.day * float(days)) - timedelta(microseconds=1)
    local = end.astimezone(ZoneInfo(calendar.zone))

    assert local.weekday() in calendar.days
    assert local.date() not in calendar.holidays
    assert calendar.between(end, end + timedelta(microseconds=1)) == timedelta(microseconds=1)


@some
@given(calendars(), instants, instants, instants)
def test_spans_add_up(calendar: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    """The work of adjacent spans is that of the whole; no span has more work than time."""
    first, second, third = sorted((one, two, three))
    parts = calendar.between(first, second), calendar.between(second, third)

    assert sum(parts, timedelta()) == calendar.between(first, third)
    assert timedelta() <= parts[0] <= second - first


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-12-21T10:00+01:00", timedelta(hours=2), "2026-12-21T12:00+01:00"),
        ("2026-12-21T16:00+01:00", timedelta(hours=2), "2026-12-22T10:00+01:00"),
        ("2026-12-21T09:00+01:00", timedelta(days=1), "2026-12-21T17:00+01:00"),
        ("2026-12-24T10:00+01:00", timedelta(days=1), "2026-12-28T10:00+01:00"),
        ("2026-12-21T10:00+01:00", timedelta(days=1, hours=2), "2026-12-22T12:00+01:00"),
        ("2026-12-19T10:00+01:00", timedelta(hours=1), "2026-12-21T10:00+01:00"),
        ("2026-03-27T16:00+01:00", timedelta(hours=2), "2026-03-30T10:00+02:00"),
        ("2026-12-19T10:00+01:00", timedelta(), "2026-12-19T10:00+01:00"),
    ],
    ids=[
        "within the day",
        "over the evening",
        "a day from the morning",
        "a day over the holidays",
        "a day and two hours",
        "from a Saturday",
        "over the clock change",
        "nothing",
    ],
)
def test_as_people_count(start: str, length: timedelta, end: str) -> None:
    """A day is a working day, the rest is time at work; nights, weekends and holidays do not count."""
    assert due(datetime.fromisoformat(start), length, BERLIN) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": ()},
        {"days": (7,)},
        {"opens": time(17), "closes": time(9)},
        {"opens": time(9), "closes": time(9)},
        {"zone": "Europe/Atlantis"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
    ],
    ids=str,
)
def test_no_such_working_time(wrong: dict[str, object]) -> None:
    """One without any work, or in no zone, cannot be made."""
    with pytest.raises(ValidationError):
        WorkingTime.model_validate(wrong)
