"""The end of the block, where the saga asks once more whether it may go on."""

import uuid

from tests.eventually import eventually
from tests.saga.block import OwnWaitAtTheEnd
from tests.saga.stage import CANCELLED, Stage


async def test_a_cancel_together_with_what_the_block_waited_for(forgetful: Stage) -> None:
    """A wait of the flow's own ends normally in the task that brings the cancel: it is not lost."""
    await forgetful.work([OwnWaitAtTheEnd])
    handle = await forgetful.client.start_workflow(
        OwnWaitAtTheEnd.run, id=f"block-{uuid.uuid4()}", task_queue=forgetful.task_queue
    )
    await eventually(lambda: _log(forgetful), lambda log: log == ["make a"])
    await forgetful.rest()
    await handle.signal(OwnWaitAtTheEnd.tell)
    await handle.cancel()
    await forgetful.work([OwnWaitAtTheEnd])

    assert await forgetful.end_of(handle) == CANCELLED
    assert forgetful.world.open_effects() == []


async def _log(stage: Stage) -> list[str]:
    return list(stage.world.log)
