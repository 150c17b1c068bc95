"""Access on the development server, in real time: what ends it at once, and what must not hold that up."""

from datetime import timedelta

from saga import FlowState, StepState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.workflows.accessing import (
    BOTH,
    UNDONE,
    access,
    approve,
    asked,
    ended,
    expiry,
    extend,
    go_wrong,
    granted,
    members,
    revoke,
    seen,
)
from tests.workflows.playing import Playing
from workflows.access import POLL_EVERY

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def test_cancelled_it_is_revoked_at_once(playing: Playing) -> None:
    """Long before its end: the access first, then its reason."""
    handle = await granted(playing, access("R-cancelled"))
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert UNDONE == await playing.open(handle)
    assert "usr-r-cancelled" not in await members(playing)
    assert ["patchGroup", "patchUser"] == (await playing.operations(handle))[-2:]
    assert (await status_of(handle)).status is FlowState.CANCELLED


async def test_cancelled_while_the_directory_settles_it_is_undone(playing: Playing) -> None:
    """Accepted, and not yet made: it will never be."""
    handle = await asked(playing, access("R-unsettled", group="stuck-vault"))
    await approve(handle)
    await playing.until(handle, lambda status: status.waiting_for == "settled:add_member")
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert UNDONE == await playing.open(handle)


async def test_the_directory_calls_back(playing: Playing) -> None:
    """What it has accepted stands as soon as it says so, long before it would have been asked."""
    handle = await granted(playing, access("R-slow", group="slow-vault"))
    status = await status_of(handle)
    (adding,) = (step for step in status.steps if step.name == "add_member")

    assert adding.completed_at
    assert adding.started_at
    assert adding.completed_at - adding.started_at < POLL_EVERY / 2
    assert "getGroup" in await playing.operations(handle)
    await revoke(handle)
    assert await end_of(handle) == "completed"


async def test_a_directory_that_cannot_be_told_keeps_no_end_waiting(playing: Playing) -> None:
    """It asks us to come back in an hour with the new end: meanwhile an early end is heard, and at once."""
    handle = await granted(playing, access("R-untold"))
    await go_wrong(playing, handle, 2, FaultKind.UNAVAILABLE, problem={"retry_after": 3600})
    await extend(handle, 10 * DAY)
    await playing.until(handle, lambda status: StepState.PENDING in [step.status for step in status.steps])
    moved = await revoke(handle)
    result = await ended(handle)

    assert result.revoked_at < moved.at + MINUTE
    assert UNDONE == await playing.open(handle)


async def test_access_stands_through_a_roll_over(playing: Playing) -> None:
    """Its end was moved so often that the flow goes on as a new run: nothing is undone, but can be."""
    handle = await granted(playing, access("R-rolled"))
    moved = await extend(handle, MINUTE)
    first = (await handle.describe()).run_id
    moves = 1
    while (await handle.describe()).run_id == first:
        moved, moves = await extend(handle, MINUTE), moves + 1
        await eventually(lambda: expiry(playing, "r-rolled"), moved.until.__eq__)
    stands, view = await playing.open(handle), await seen(handle)
    await handle.cancel()

    assert (BOTH, moves, moved) == (stands, len(view.moves), view.moves[-1])
    assert moved.until == view.ends
    assert await end_of(handle) == "CancelledError"
    assert UNDONE == await playing.open(handle)
