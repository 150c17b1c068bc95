"""How far a batch of servers is, seen from outside while it is under way."""

from rich.console import Console

from cli.flow_screen import step_remarks
from runtime.status import FlowView, Progress, flow_view
from services.backstage.calls import CallState
from tests.endings import end_of
from tests.eventually import eventually
from tests.workflows.playing import Playing
from tests.workflows.rolling_out import approved, change


async def test_the_servers_that_are_done_are_shown(unhurried: Playing) -> None:
    """While the second server of a batch is at it, the status says that the first one is done."""
    await unhurried.stand_ins.faults.add("upgradeService", "hold_before_effect", match={"host": "web-3"})
    handle = await approved(unhurried, change("progress"))
    held = await unhurried.stand_ins.wait_for_held("upgradeService", CallState.HELD_BEFORE_EFFECT)

    async def view() -> FlowView:
        return await flow_view(unhurried.client, handle.id)

    seen = await eventually(view, lambda view: bool(view.progress))
    await unhurried.stand_ins.release(call=held)

    assert (Progress(step="apply_batch_1", done=("web-2",), of=2),) == seen.progress
    console = Console(record=True, width=100)
    console.print(*step_remarks(seen))
    assert "apply_batch_1: 1 of 2 done: web-2" in console.export_text()
    assert "completed" == await end_of(handle)
    assert () == (await view()).progress
