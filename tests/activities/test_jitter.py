"""Back-off with full jitter, as an attempt draws it."""

from datetime import timedelta

from temporalio import activity
from temporalio.testing import ActivityEnvironment

from activities.attempt import Attempt


@activity.defn
async def draw() -> set[timedelta]:
    """Many waits of one and the same attempt."""
    attempt = Attempt()
    return {attempt.backoff() for _ in range(20)}


async def test_no_two_callers_wait_in_step() -> None:
    """The wait is drawn anew each time, so that those who failed together do not come back together."""
    drawn: set[timedelta] = await ActivityEnvironment().run(draw)

    assert len(drawn) > 1
