"""Documents that wait for long: their worker is killed while they do, and later there is another."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from services.backstage.calls import Call
from tests.endings import end_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess
from tests.workflows.playing import Handle, Playing
from tests.workflows.test_arazzo_waits import approved, paid

TASK_QUEUE = "crash-documents"
MINUTE = timedelta(minutes=1)
MOST_OF_IT = timedelta(seconds=50)
EFFECTS = {"reserveInventory": 1, "createShipment": 1, "sendNotification": 1}


def worker_for(playing: Playing, folder: Path) -> WorkerProcess:
    """It keeps no flow, so that nobody waits for a killed one to ask after those that it has kept."""
    address = playing.client.service_client.config.target_host
    own = {"TEMPORAL_ADDRESS": address, "TASK_QUEUE": TASK_QUEUE, "WORKER_MAX_CACHED_WORKFLOWS": "0"}
    return WorkerProcess({**playing.stand_ins.environment(), **own}, log=folder / "worker.log")


async def test_killed_while_it_waits_for_a_message(
    client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """The message comes while there is no worker; the next one goes on with it, and nothing is done twice."""
    playing = Playing(client, stand_ins, TASK_QUEUE)
    async with worker_for(playing, tmp_path) as worker:
        handle = await approved(playing, "K-1")
        await worker.kill()
        await paid(handle, "K-1")
        await worker.start()

        assert await end_of(handle) == "completed"
    assert (await handle.result())["receivedAt"] == "2026-02-01T09:00:00Z"
    assert await playing.open(handle) == EFFECTS


async def test_killed_inside_the_minute_before_a_retry(
    time_skipping: WorkflowEnvironment, stand_ins: StandIns, tmp_path: Path
) -> None:
    """Most of the minute passes without a worker; the next one calls once more when it is over, under the same key."""
    playing = Playing(time_skipping.client, stand_ins, TASK_QUEUE)
    await stand_ins.faults.add("createShipment", "error", match={"order_id": "K-2"}, times=1)
    async with worker_for(playing, tmp_path) as worker:
        handle = await approved(playing, "K-2")
        await paid(handle, "K-2")
        await eventually(lambda: _waits_a_minute(handle), bool)
        await worker.kill()
        await time_skipping.sleep(MOST_OF_IT)
        before = await _calls(playing, handle)
        await worker.start()

        assert await end_of(handle) == "completed"
    calls = await _calls(playing, handle)
    assert [[call.status for call in some] for some in (before, calls)] == [[500], [500, 201]]
    assert len({call.key for call in calls}) == 1
    assert await playing.open(handle) == EFFECTS


async def _waits_a_minute(handle: Handle) -> bool:
    return any(
        [
            event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() == MINUTE
            async for event in handle.fetch_history_events()
        ]
    )


async def _calls(playing: Playing, handle: Handle) -> Sequence[Call]:
    return await playing.stand_ins.calls(operation="createShipment", correlation_id=handle.id)
