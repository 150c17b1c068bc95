"""The stories of access that are recorded."""

from datetime import timedelta

from services.backstage.faults import FaultKind
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.accessing import (
    FLOW,
    access,
    approve,
    asked,
    expiry,
    extend,
    go_wrong,
    granted,
    revoke,
)

MOMENT = timedelta(seconds=2)
MONTH = timedelta(days=30)


async def expired(recording: Recording) -> Handle:
    return await granted(recording.playing, access("R-expired", lasts=MOMENT))


async def extended_and_revoked(recording: Recording) -> Handle:
    handle = await granted(recording.playing, access("R-extended"))
    moved = await extend(handle, MONTH)
    while await expiry(recording.playing, "r-extended") != moved.until:
        await recording.playing.until(handle, lambda status: "move_expiry" in [s.name for s in status.steps])
    await revoke(handle)
    return handle


async def cancelled(recording: Recording) -> Handle:
    handle = await granted(recording.playing, access("R-cancelled"))
    await handle.cancel()
    return handle


async def rejected(recording: Recording) -> Handle:
    handle = await asked(recording.playing, access("R-rejected"))
    said = {"approval": "access", "decision": "reject", "by": "grace", "comment": "no need"}
    await handle.signal("decide", said)
    return handle


async def called_back(recording: Recording) -> Handle:
    return await granted(recording.playing, access("R-slow", group="slow-vault", lasts=MOMENT))


async def half_given(recording: Recording) -> Handle:
    handle = await asked(recording.playing, access("R-locked", group="locked-vault"))
    await approve(handle)
    return handle


async def not_revoked(recording: Recording) -> Handle:
    handle = await granted(recording.playing, access("R-stubborn"))
    await go_wrong(recording.playing, handle, 2, FaultKind.REFUSE)
    await revoke(handle)
    incident = await recording.playing.incident(handle)
    await recording.playing.resolve(handle, incident.id, "retry")
    return handle


async def already_a_member(recording: Recording) -> Handle:
    await granted(recording.playing, access("R-member", lasts=timedelta(seconds=5)))
    return await recording.playing.start(FLOW, access("R-again", user="r-member"))


STORIES: Stories = {
    "expired": expired,
    "extended-and-revoked": extended_and_revoked,
    "cancelled": cancelled,
    "rejected": rejected,
    "called-back": called_back,
    "half-given": half_given,
    "not-revoked": not_revoked,
    "already-a-member": already_a_member,
}
