"""Access for some seconds, on a server with its database in a file: server and worker are killed while it stands."""

from datetime import timedelta
from pathlib import Path

from temporalio.client import Client

from models.access import AccessResult
from runtime.dev_server import DevServer
from runtime.server import find_executable
from saga import SagaPlugin, register
from tests.crash.conftest import worker_of
from tests.endings import PATIENCE
from tests.standins import StandIns
from tests.workflows.accessing import UNDONE, access, granted, members, seen
from tests.workflows.playing import Playing

TASK_QUEUE = "crash-access"
STANDS = timedelta(seconds=6)
LATE = timedelta(seconds=8)
"""What a new worker may need until it has taken over from a killed one."""


async def test_access_ends_on_time_although_all_is_killed(stand_ins: StandIns, tmp_path: Path) -> None:
    """Neither the server nor the worker that gave it live on; it is revoked when its time is over, and not before."""
    async with DevServer(find_executable().path, db_file=tmp_path / "temporal.db") as server:
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        await register(client)
        playing = Playing(client, stand_ins, TASK_QUEUE)
        async with worker_of(server, stand_ins, TASK_QUEUE, tmp_path) as worker:
            handle = await granted(playing, access("R-killed", lasts=STANDS))
            ends, given = (await seen(handle)).ends, await members(playing)
            await worker.kill()
            await server.kill()
            await server.start()
            await worker.start()
            result = AccessResult.model_validate(await handle.result(rpc_timeout=PATIENCE))

    assert "usr-r-killed" in given
    assert ends <= result.revoked_at < ends + LATE
    assert UNDONE == await playing.open(handle)
