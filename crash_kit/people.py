"""The people of a rehearsal: they approve what is asked, and retry what needs attention once its fault is gone."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from crash_kit.cases import INCIDENT
from crash_kit.run import Run
from runtime.status import ask
from saga import SAGA_WAITING_FOR, Decision, Resolution
from saga.status import IncidentStatus

LOOK_EVERY = timedelta(milliseconds=400)
PATIENCE = 5
"""Incidents of one run; more, and nobody tries again."""

NAME = "crash kit"
WAITING = "SagaStatus IN ('waiting_for_approval', 'needs_attention') AND ExecutionStatus = 'Running'"


class People:
    """They send signals, which need no worker; `busy` runs until it is cancelled."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.runs: dict[str, Run] = {}
        """By workflow id: those that they care for."""

    async def busy(self) -> None:
        """Look at what waits, again and again."""
        while True:
            with suppress(RPCError):
                async for execution in self._client.list_workflows(WAITING):
                    if run := self.runs.get(execution.id):
                        await self._attend(execution, run)
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def _attend(self, execution: WorkflowExecution, run: Run) -> None:
        for wait in execution.typed_search_attributes.get(SAGA_WAITING_FOR) or ():
            kind, _, name = wait.partition(":")
            if run.spared in (wait, kind):
                run.at_wait.set()
            elif wait in run.answered:
                pass
            elif kind == INCIDENT:
                await self._settle(run, name)
            elif kind == "approval":
                await self._approve(run, name)

    async def _approve(self, run: Run, name: str) -> None:
        """As many of those who may decide as have to, or the kit itself where anyone may."""
        handle = self._client.get_workflow_handle(run.id)
        status = await ask(handle)
        approval = next((found for found in (status.approvals if status else ()) if found.name == name), None)
        if approval is None:
            return
        run.answered.add(f"approval:{name}")
        run.waits.append(f"approval:{name}")
        for by in (approval.deciders or (NAME,))[: approval.quorum]:
            await handle.signal("decide", Decision(approval=name, decision="approve", by=by))

    async def _settle(self, run: Run, name: str) -> None:
        handle = self._client.get_workflow_handle(run.id)
        status = await ask(handle)
        incident = next((found for found in (status.incidents if status else ()) if found.id == name), None)
        if incident is None or len(run.incidents) == PATIENCE:
            return
        run.answered.add(f"{INCIDENT}:{name}")
        run.incidents.append(incident.kind)
        await run.clear()
        await handle.signal("resolve", _resolution(incident))


def _resolution(incident: IncidentStatus) -> Resolution:
    choice = "retry" if "retry" in incident.options else incident.options[0]
    return Resolution(incident=incident.id, decision=choice, by=NAME, reason="the fault is gone")
