"""How long a call waits: as the downstream asks, else by the policy with full jitter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.common import RetryPolicy

from activities.backoff import LONGEST_WAIT, SHORTEST_WAIT, full_jitter, retry_after

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
POLICY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90),
        ("Saturday, 21-Nov-26 12:01:30 GMT", 90),
        ("Sat Nov 21 12:01:30 2026", 90),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 21 Nov 2098 12:00:00 GMT", 86400),
        ("100000", 86400),
        ("9" * 10_000, 86400),
        ("1.5", None),
        ("-1", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Sat, 99 Nov 2026 12:01:30 GMT", None),
        ("1, 2", None),
    ],
)
def test_both_forms_of_retry_after(value: str, seconds: int | None) -> None:
    """Seconds or a date (RFC 9110 section 10.2.3) are a time within bounds; anything else is nothing."""
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert expected == retry_after({"retry-after": value}, now=NOW)


def test_a_date_is_measured_by_the_downstreams_own_clock() -> None:
    """A downstream whose clock is an hour slow asks for a minute, and gets a minute."""
    headers = {"retry-after": "Sat, 21 Nov 2026 11:01:00 GMT", "date": "Sat, 21 Nov 2026 11:00:00 GMT"}

    assert timedelta(minutes=1) == retry_after(headers, now=NOW)


@given(st.text())
def test_no_header_breaks_it(value: str) -> None:
    """Whatever stands in the headers, there is a bounded time or none."""
    wait = retry_after({"retry-after": value, "date": value}, now=NOW)

    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (2000, 10)])
def test_the_longest_wait_doubles_up_to_the_cap(attempt: int, seconds: int) -> None:
    """The policy says the most that is waited."""
    assert timedelta(seconds=seconds) == full_jitter(POLICY, attempt, share=1)


def test_the_share_is_what_is_waited() -> None:
    """A quarter of two seconds is half a second."""
    assert timedelta(milliseconds=500) == full_jitter(POLICY, 2, share=0.25)


@given(
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.sampled_from([None, POLICY, RetryPolicy(backoff_coefficient=1)]),
)
def test_any_share_of_it_may_be_waited(attempt: int, share: float, policy: RetryPolicy | None) -> None:
    """Full jitter is anything above zero up to the policy's delay."""
    wait = full_jitter(policy, attempt, share=share)

    assert SHORTEST_WAIT <= wait <= max(full_jitter(policy, attempt, share=1), SHORTEST_WAIT)
