"""Working time: so many working days or hours after an instant, in a time zone, with opening hours and holidays as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, model_validator

_DAY = timedelta(days=1)
_MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


class WorkingTime(BaseModel):
    """When people work. Pure: it asks no clock.

    Args:
        days: Days of the week, Monday is 0.
        opens: Local time at which work begins.
        closes: Local time at which it ends; midnight is the end of the day.
        zone: IANA name of the time zone.
        holidays: Days without work.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    days: tuple[int, ...] = _MONDAY_TO_FRIDAY
    opens: time = time(9)
    closes: time = time(17)
    zone: str = "UTC"
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _some_time_is_worked(self) -> Self:
        if not set(self.days) or not set(self.days) <= set(range(7)):
            raise ValueError("days are numbers from 0, Monday, to 6, Sunday; one at least")
        if self.day <= timedelta():
            raise ValueError("work ends after it begins, on the same day")
        try:
            ZoneInfo(self.zone)
        except (OSError, ValueError, LookupError):
            raise ValueError(f"there is no time zone {self.zone!r}") from None
        return self

    @property
    def day(self) -> timedelta:
        """The length of a working day."""
        end = _length(self.closes) or _DAY
        return end - _length(self.opens)

    def worked(self, length: timedelta) -> timedelta:
        """`length` as people mean it: its days are working days, the rest of it is time at work."""
        return length.days * self.day + timedelta(seconds=length.seconds, microseconds=length.microseconds)

    def after(self, start: datetime, work: timedelta) -> datetime:
        """The instant, in UTC, by which `work` has been done since `start`; where there is none to do, `start`."""
        left, now = work, start.astimezone(UTC)
        if left <= timedelta():
            return now
        for opens, closes in self._windows(now):
            begin = max(opens, now)
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta())
        raise AssertionError("there is always a next working day")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much time is worked from one instant to another."""
        begin, until = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        for opens, closes in self._windows(begin):
            if opens >= until:
                break
            total += max(min(closes, until) - max(opens, begin), timedelta())
        return total

    def _windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The hours of each working day, in UTC, from the day of `start` on; a clock change makes some longer or shorter."""
        zone, holidays = ZoneInfo(self.zone), set(self.holidays)
        day = start.astimezone(zone).date()
        while True:
            if day.weekday() in self.days and day not in holidays:
                last = day if _length(self.closes) else day + _DAY
                opens = datetime.combine(day, self.opens, zone).astimezone(UTC)
                closes = datetime.combine(last, self.closes, zone).astimezone(UTC)
                yield opens, closes
            day += _DAY


def due(start: datetime, length: timedelta, calendar: WorkingTime | None) -> datetime:
    """`length` after `start`: in working time where there is a calendar, else by the clock."""
    return start + length if calendar is None else calendar.after(start, calendar.worked(length))


def _length(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
