"""The people of a chaos run: they decide on orders that wait for them, and settle incidents by trying again."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from saga import SAGA_WAITING_FOR, Decision, Resolution
from saga.messages import Verdict
from tests.chaos.plan import PlannedOrder

LOOK_EVERY = 0.5


class People:
    """They send signals, which need no worker; `busy` runs until it is cancelled."""

    def __init__(self, client: Client, plan: Mapping[str, PlannedOrder]) -> None:
        self._client = client
        self._plan = plan
        self.decisions = 0
        self.retries = 0

    async def busy(self) -> None:
        """Look at what waits, again and again; a server that is down just now is looked at later."""
        while True:
            with suppress(RPCError):
                await self._look()
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        waiting = "SagaStatus IN ('waiting_for_approval', 'needs_attention') AND ExecutionStatus = 'Running'"
        async for execution in self._client.list_workflows(waiting):
            await self._attend(execution)

    async def _attend(self, execution: WorkflowExecution) -> None:
        handle = self._client.get_workflow_handle(execution.id)
        for wait in execution.typed_search_attributes.get(SAGA_WAITING_FOR, ()):
            kind, _, name = wait.partition(":")
            if kind == "approval":
                verdict: Verdict = "reject" if self._plan[execution.id].person == "reject" else "approve"
                answer = Decision(approval=name, decision=verdict, by="chaos", comment="drawn")
                await handle.signal("decide", answer)
                self.decisions += 1
            elif kind == "incident":
                retry = Resolution(incident=name, decision="retry", by="chaos", reason="try again")
                await handle.signal("resolve", retry)
                self.retries += 1
