"""One story on the stage: its order, and the verbs with which the story is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from demo.approving import BY_ITSELF, Approver
from demo.checks import Evidence
from demo.screen import Screen
from demo.stage import Stage
from demo.stand_ins import Call
from models.order import Order
from runtime.deciding import Decider
from runtime.flows import Flow
from runtime.starting import FlowStarter
from runtime.status import FlowView, flow_view, watch_flow
from saga.status import FlowState

REFRESH = timedelta(milliseconds=100)
PATIENCE = timedelta(minutes=2)
"""How long a flow may go on by itself; a person may take longer."""


@dataclass(frozen=True)
class Performance:
    stage: Stage
    screen: Screen
    flow: Flow[Order]
    order: Order
    approver: Approver

    @property
    def id(self) -> str:
        return self.flow.id_of(self.order)

    # --- the flow ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        starter = FlowStarter(self.stage.client, task_queue=self.stage.task_queue)
        await starter.start(self.flow, self.order, by=BY_ITSELF, again=False)

    async def follow(self) -> None:
        """Show the flow until it ends. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            async for view in self._views():
                self.screen.show(view)

    async def show(self) -> None:
        """Show the flow as it is now."""
        self.screen.show(await flow_view(self.stage.client, self.id))

    async def until(self, state: FlowState) -> None:
        """Show the flow until it is in this state, or ends. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            async for view in self._views():
                self.screen.show(view)
                if view.status is state:
                    return

    async def decide(self) -> None:
        """Get the open approval decided."""
        view = await flow_view(self.stage.client, self.id)
        await self.approver.decide(Decider(self.stage.client, self.id), view, self._decided)

    async def _decided(self) -> None:
        async for view in self._views():
            if view.status is not FlowState.WAITING_FOR_APPROVAL:
                return

    def _views(self) -> AsyncIterator[FlowView]:
        return watch_flow(self.stage.client, self.id, every=REFRESH)

    # --- what goes wrong -----------------------------------------------------------------------------------

    async def script(self, operation: str, kind: str) -> None:
        """Let the next request of the operation for this order go wrong."""
        await self.stage.stand_ins.script(operation, kind, order_id=self.order.order_id)

    async def held(self, operation: str) -> Call:
        """The order's request that a service holds after its effect."""
        return await self.stage.stand_ins.held(operation, correlation_id=self.id)

    async def drop(self, call: Call) -> None:
        await self.stage.stand_ins.drop(call)

    async def kill_worker(self) -> None:
        worker = self.stage.worker
        await worker.kill()
        self.screen.note(f"SIGKILL: worker {worker.pid} is gone, its call unanswered")

    async def restart_worker(self) -> None:
        await self.stage.worker.start()
        self.screen.note(
            f"worker {self.stage.worker.pid} is up; the server hands the step over when the dead one's "
            "heartbeat is overdue"
        )

    # --- the end -------------------------------------------------------------------------------------------

    async def evidence(self) -> Evidence:
        """What status and services say of the order."""
        return Evidence(
            order_id=self.order.order_id,
            view=await flow_view(self.stage.client, self.id),
            effects=await self.stage.stand_ins.effects(self.id),
            calls=await self.stage.stand_ins.calls(self.id),
        )
