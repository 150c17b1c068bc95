"""The automation: runs runbooks by their names, and reverts them."""

from temporalio import activity

from activities.http import Downstream
from models.automation import Run, RunRequest, RunReversal


class Automation:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="automation.run_runbook")
    async def run_runbook(self, request: RunRequest) -> Run:
        """Run a runbook to its end. Refused with `ChangeFreeze`."""
        return await self._downstream.call("/runs", request, returns=Run)

    @activity.defn(name="automation.revert_run")
    async def revert_run(self, request: RunRequest) -> RunReversal:
        """Undo `run_runbook`, of a runbook that is reversible; succeeds when there is nothing to revert."""
        return await self._downstream.call("/runs/revert", request, returns=RunReversal)
