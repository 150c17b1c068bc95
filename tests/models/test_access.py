"""What a request for access may look like."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from models.access import AccessRequest

ASKED: dict[str, object] = {
    "request_id": "R-1",
    "requester": "ada",
    "user": "ivan",
    "group": "payroll",
    "manager": "grace",
    "reason": "closes the books",
    "lasts": "P90D",
}
START = datetime(2026, 1, 1, tzinfo=UTC)


def test_an_end_is_counted_from_the_approval_or_given() -> None:
    """Ninety days later, or on the day that is named."""
    counted = AccessRequest.model_validate(ASKED)
    named = AccessRequest.model_validate({**ASKED, "lasts": None, "until": "2026-02-01T00:00:00Z"})

    assert START + timedelta(days=90) == counted.ends(START)
    assert datetime(2026, 2, 1, tzinfo=UTC) == named.ends(START)


@pytest.mark.parametrize(
    "changed",
    [
        {"lasts": None},
        {"until": "2026-02-01T00:00:00Z"},
        {"lasts": "P367D"},
        {"lasts": "PT0S"},
        {"lasts": None, "until": "2026-02-01T00:00:00"},
        {"manager": "Ada"},
        {"manager": "ivan"},
    ],
    ids=["no end", "two ends", "too long", "no time", "no zone", "the requester", "the user"],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, object]) -> None:
    """One end, with a zone and a bound; and somebody else to approve it, however the name is spelt."""
    with pytest.raises(ValidationError):
        AccessRequest.model_validate({**ASKED, **changed})
