"""The end of the block, where the saga asks once more whether it may go on."""

import uuid

from tests.eventually import eventually
from tests.saga.block import Swallowing
from tests.saga.stage import CANCELLED, Stage


async def test_a_swallowed_cancel_is_not_lost(stage: Stage) -> None:
    """A flow's own code has swallowed the cancel: at the end of the block everything is undone all the same."""
    await stage.work([Swallowing])
    handle = await stage.client.start_workflow(
        Swallowing.run, id=f"block-{uuid.uuid4()}", task_queue=stage.task_queue
    )
    await eventually(lambda: _log(stage), lambda log: log == ["make a"])
    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []


async def _log(stage: Stage) -> list[str]:
    return list(stage.world.log)
