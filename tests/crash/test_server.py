"""The server is killed with SIGKILL on its database file, while orders are inside calls and wait for a person."""

from pathlib import Path

from temporalio.client import Client

from runtime.dev_server import DevServer
from runtime.server import find_executable
from saga import Decision, SagaPlugin, register
from services.backstage.calls import CallState
from tests.crash.conftest import worker_of
from tests.crash.orders import OF_A_COMPLETED_ORDER, effects_of, open_operations, order, start
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns

TASK_QUEUE = "crash-server"


async def test_flows_survive_the_server(stand_ins: StandIns, tmp_path: Path) -> None:
    """After a restart on its file an approval still counts, and a call that was under way is not made twice."""
    async with DevServer(find_executable().path, db_file=tmp_path / "temporal.db") as server:
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        await register(client)
        async with worker_of(server, stand_ins, TASK_QUEUE, tmp_path):
            await stand_ins.faults.add("authorizePayment", "hold_after_effect", match={"order_id": "in-call"})
            known = max((call.id for call in await stand_ins.calls()), default=0)
            in_call = await start(client, order("in-call"), TASK_QUEUE)
            waiting = await start(client, order("waiting", quantity=100), TASK_QUEUE)
            await stand_ins.wait_for_held("authorizePayment", CallState.HELD_AFTER_EFFECT, after=known)
            await eventually(
                lambda: status_of(waiting), lambda status: status.status == "waiting_for_approval"
            )
            await server.kill()
            await server.start()
            await stand_ins.release()
            decision = Decision(approval="large-order", decision="approve", by="ada")
            await waiting.execute_update("decide", decision)

            assert [await end_of(in_call), await end_of(waiting)] == ["completed", "completed"]

    for order_id in ("in-call", "waiting"):
        effects = await effects_of(stand_ins, order_id)
        assert open_operations(effects) == OF_A_COMPLETED_ORDER
        assert len(effects) == len(OF_A_COMPLETED_ORDER)
