"""What a story needs that is recorded, and what it is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from temporalio.client import Client, WorkflowHandle

from models.order import Order
from tests.crash.orders import start
from tests.endings import status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess
from tests.workflows.playing import Playing

TASK_QUEUE = "recorded"

Handle = WorkflowHandle[Any, Any]


class Recording:
    """The servers, the worker and the client of one recording."""

    def __init__(self, client: Client, stand_ins: StandIns, worker: WorkerProcess) -> None:
        self.client = client
        self.stand_ins = stand_ins
        self.worker = worker
        self.playing = Playing(client, stand_ins, TASK_QUEUE)

    async def start(self, placed: Order) -> Handle:
        return await start(self.client, placed, TASK_QUEUE)

    async def waiting(self, placed: Order) -> Handle:
        """An order that waits for a person."""
        handle = await self.start(placed)
        await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")
        return handle


Stories = Mapping[str, Callable[[Recording], Awaitable[Handle]]]
"""By the name that its history has after the flow's: plays the flow, which then ends by itself."""
