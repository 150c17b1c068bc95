"""How long to wait before the next attempt: as the downstream says, else exponential with full jitter."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from temporalio.common import RetryPolicy

LONGEST_WAIT = timedelta(hours=24)
SHORTEST_WAIT = timedelta(milliseconds=1)  # Temporal reads zero as "not given"


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> timedelta | None:
    """What `Retry-After` asks for (RFC 9110 section 10.2.3), at most LONGEST_WAIT; None where it says nothing.

    A date is measured against the `Date` of the same answer, if it has one: the clocks may differ.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(timedelta(seconds=int(value.lstrip("0")[:9] or 0)), LONGEST_WAIT)
    until = _http_date(value)
    if until is None:
        return None
    base = _http_date(headers.get("date", "")) or now or datetime.now(UTC)
    return min(max(until - base, timedelta(0)), LONGEST_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def full_jitter(policy: RetryPolicy | None, attempt: int, *, share: float) -> timedelta:
    """The given share, 0 to 1, of the policy's own delay after this attempt; Temporal's retries have no jitter."""
    policy = policy or RetryPolicy()
    longest = min(policy.maximum_interval or policy.initial_interval * 100, LONGEST_WAIT)
    try:
        delay = policy.initial_interval * policy.backoff_coefficient ** (attempt - 1)
    except OverflowError:
        delay = longest
    return max(min(delay, longest) * share, SHORTEST_WAIT)
