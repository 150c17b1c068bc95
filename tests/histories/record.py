"""`python -m tests.histories.record` plays the order flow's stories on real servers and keeps their histories.

Record anew only when a flow's plan has changed on purpose; histories of released versions stay, since such runs exist.
"""

import asyncio
import gc
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import JsonValue
from temporalio.client import Client

from models.order import Order
from runtime.dev_server import DevServer
from runtime.server import find_executable
from saga import Decision, SagaPlugin, register
from services.backstage.calls import CallState
from tests.crash.conftest import worker_of
from tests.crash.orders import Handle, order, start
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

FOLDER = Path(__file__).parent
TASK_QUEUE = "recorded"


class Recording:
    """The servers, the worker and the client of one recording."""

    def __init__(self, client: Client, stand_ins: StandIns, worker: WorkerProcess) -> None:
        self.client = client
        self.stand_ins = stand_ins
        self.worker = worker

    async def start(self, placed: Order) -> Handle:
        return await start(self.client, placed, TASK_QUEUE)

    async def waiting(self, placed: Order) -> Handle:
        """An order that waits for a person."""
        handle = await self.start(placed)
        await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")
        return handle


async def completed(recording: Recording) -> Handle:
    return await recording.start(order("completed"))


async def payment_refused(recording: Recording) -> Handle:
    declined = order("payment-refused").model_copy(update={"payment_method": "tok_declined"})
    return await recording.start(declined)


async def shipment_refused(recording: Recording) -> Handle:
    return await recording.start(order("shipment-refused", country="AQ"))


async def approved(recording: Recording) -> Handle:
    handle = await recording.waiting(order("approved", quantity=100))
    await handle.execute_update("decide", Decision(approval="large-order", decision="approve", by="ada"))
    return handle


async def rejected_by_signal(recording: Recording) -> Handle:
    handle = await recording.waiting(order("rejected", quantity=100))
    answer = Decision(approval="large-order", decision="reject", by="bob", comment="too much")
    await handle.signal("decide", answer)
    return handle


async def cancelled_while_waiting(recording: Recording) -> Handle:
    handle = await recording.waiting(order("cancelled", quantity=100))
    await handle.cancel()
    return handle


async def killed_and_resumed(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("createShipment", "hold_after_effect", match={"order_id": "killed"})
    handle = await recording.start(order("killed"))
    await recording.stand_ins.wait_for_held("createShipment", CallState.HELD_AFTER_EFFECT)
    await recording.worker.kill()
    await recording.worker.start()
    await recording.stand_ins.release()
    return handle


async def capture_refused(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("capturePayment", "refuse")
    handle = await recording.start(order("capture-refused"))
    status = await eventually(lambda: status_of(handle), lambda status: bool(status.incidents))
    retry = {
        "incident": status.incidents[0].id,
        "decision": "retry",
        "by": "ops",
        "reason": "the bank is back",
    }
    await handle.execute_update("resolve", retry)
    return handle


STORIES: tuple[Callable[[Recording], Awaitable[Handle]], ...] = (
    completed,
    payment_refused,
    shipment_refused,
    approved,
    rejected_by_signal,
    cancelled_while_waiting,
    killed_and_resumed,
    capture_refused,
)


async def record() -> None:
    with tempfile.TemporaryDirectory(prefix="histories-") as name:
        folder = Path(name)
        cli = await asyncio.to_thread(find_executable)
        async with (
            StandIns(folder / "stand-ins.db") as stand_ins,
            DevServer(cli.path, db_file=folder / "temporal.db") as server,
        ):
            client = await Client.connect(server.address, plugins=[SagaPlugin()])
            await register(client)
            async with worker_of(server, stand_ins, TASK_QUEUE, folder) as worker:
                for story in STORIES:
                    await _keep(await story(Recording(client, stand_ins, worker)), story.__name__)


async def _keep(handle: Handle, story: str) -> None:
    end = await end_of(handle)
    history = await handle.fetch_history()
    path = FOLDER / f"order.{story.replace('_', '-')}.json"
    kept = _without_traces(json.loads(history.to_json()))
    path.write_text(json.dumps(kept, indent=1) + "\n")
    print(f"{path.name}: {len(history.events)} events, {end}")


def _without_traces(value: JsonValue) -> JsonValue:
    """Stack traces name the paths of the machine that recorded them, and no replay looks at them."""
    if isinstance(value, dict):
        return {key: _without_traces(inner) for key, inner in value.items() if key != "stackTrace"}
    if isinstance(value, list):
        return [_without_traces(inner) for inner in value]
    return value


def main() -> int:
    asyncio.run(record())
    gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
