"""Lengths of time as they are typed."""

from argparse import ArgumentTypeError
from datetime import timedelta

import pytest

from cli.lengths import length
from cli.wording import span


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("45m", timedelta(minutes=45)),
        ("1h30m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_length_is_read(typed: str, expected: timedelta) -> None:
    """Numbers with units add up."""
    assert expected == length(typed)


@pytest.mark.parametrize("typed", ["", "30", "1.5h", "-1h", "0s", "1 h", "1y", "99999w", "h"])
def test_what_is_no_length_is_told(typed: str) -> None:
    """What is no length, is none at all, or is out of all bounds, is refused with what was typed."""
    with pytest.raises(ArgumentTypeError, match=repr(typed)):
        length(typed)


@pytest.mark.parametrize(
    ("length_of_time", "expected"),
    [
        (timedelta(minutes=45), "45 min"),
        (timedelta(hours=30), "1 d 6 h"),
        (timedelta(seconds=150), "2 min 30 s"),
        (timedelta(), "0 s"),
    ],
)
def test_a_length_is_told_exactly(length_of_time: timedelta, expected: str) -> None:
    """What somebody has declared is shown as it is, without parts that are nothing."""
    assert expected == span(length_of_time)
