"""The stories of the incident response that are recorded."""

from models.automation import RunRequest
from models.incident_response import Acknowledgement
from saga import FlowState
from tests.histories.recording import Handle, Recording, Stories
from tests.workflows.responding import (
    FLOW,
    acknowledge,
    alert,
    fire,
    incident,
    paged,
    quieten,
    scale_out,
    sign,
    storm,
    tell,
)
from tests.workflows.responding import rolled_over as new_run
from workflows.incident_response import LONG_HISTORY

GRACE = Acknowledgement(by="grace")


async def completed(recording: Recording) -> Handle:
    asked = incident("completed", service="checkout", runbook=scale_out("checkout"))
    handle = await tell(recording.playing, alert(asked, "completed-1"))
    await paged(recording.playing, handle)
    await tell(recording.playing, alert(asked, "completed-1"))
    await acknowledge(handle, GRACE)
    await sign(recording.playing, handle)
    return handle


async def climbed(recording: Recording) -> Handle:
    asked = incident("climbed", service="drill")
    await fire(recording.playing, asked)
    handle = await recording.playing.start(FLOW, asked)
    await paged(recording.playing, handle, 3)
    await quieten(recording.playing, asked)
    await handle.signal("acknowledge", {"by": "mallory"})
    await handle.signal("acknowledge", Acknowledgement(by="ada"))
    await sign(recording.playing, handle, "reject", by="ada")
    return handle


async def answered_on_the_pager(recording: Recording) -> Handle:
    handle = await recording.playing.start(FLOW, incident("pager", service="self-test"))
    await sign(recording.playing, handle, by="robot")
    return handle


async def remedy_refused(recording: Recording) -> Handle:
    asked = incident("frozen", service="frozen-shop", runbook=scale_out("frozen-shop"))
    handle = await recording.playing.start(FLOW, asked)
    await paged(recording.playing, handle)
    await acknowledge(handle, GRACE)
    held = await recording.playing.incident(handle)
    other = RunRequest(incident=handle.id, runbook=scale_out("shop"))
    await recording.playing.resolve(handle, held.id, "retry", corrected=other)
    await sign(recording.playing, handle)
    return handle


async def relapsed(recording: Recording) -> Handle:
    asked = incident("relapsed", service="checkout")
    handle = await recording.playing.start(FLOW, asked)
    await paged(recording.playing, handle)
    await acknowledge(handle, GRACE)
    await recording.playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    await fire(recording.playing, asked)
    await tell(recording.playing, alert(asked, "relapsed-1"))
    await paged(recording.playing, handle, 2)
    await quieten(recording.playing, asked)
    await acknowledge(handle, GRACE)
    await sign(recording.playing, handle)
    return handle


async def cancelled_while_it_fires(recording: Recording) -> Handle:
    asked = incident("cancelled", service="stubborn-shop", runbook=scale_out("stubborn-shop"))
    await fire(recording.playing, asked)
    handle = await recording.playing.start(FLOW, asked)
    await paged(recording.playing, handle)
    await acknowledge(handle, GRACE)
    await recording.playing.until(handle, lambda seen: seen.waiting_for == "clearing")
    await handle.cancel()
    return handle


async def rolled_over(recording: Recording) -> Handle:
    """Its history is that of the second run."""
    asked = incident("noisy", service="checkout", runbook=scale_out("checkout"))
    handle = await tell(recording.playing, alert(asked, "noisy-0"))
    await paged(recording.playing, handle)
    await storm(recording.playing, asked, range(LONG_HISTORY))
    await new_run(recording.playing, handle, runs=2)
    await acknowledge(handle, GRACE)
    await sign(recording.playing, handle)
    return handle


STORIES: Stories = {
    "completed": completed,
    "climbed": climbed,
    "answered-on-the-pager": answered_on_the_pager,
    "remedy-refused": remedy_refused,
    "relapsed": relapsed,
    "rolled-over": rolled_over,
    "cancelled-while-it-fires": cancelled_while_it_fires,
}
