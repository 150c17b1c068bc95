"""The stories of the server automation that are recorded."""

from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.rolling_out import FLOW, approved, change, decide, waits


async def completed(recording: Recording) -> Handle:
    return await approved(recording.playing, change("completed"))


async def halted(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("verifyService", "refuse", match={"host": "web-3"})
    return await approved(recording.playing, change("halted"))


async def canary_broken(recording: Recording) -> Handle:
    return await approved(recording.playing, change("broken", version="1.5.13"))


async def argument_refused(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, change("hostile", version="1.5.0; reboot"))


async def rejected(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, change("rejected"))
    await recording.playing.until(handle, waits)
    await decide(handle, decision="reject")
    return handle


STORIES: Stories = {
    "completed": completed,
    "halted": halted,
    "canary-broken": canary_broken,
    "argument-refused": argument_refused,
    "rejected": rejected,
}
