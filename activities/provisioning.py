"""The provisioning: makes workspaces, and takes them away."""

from temporalio import activity

from activities.http import Downstream
from models.provisioning import Workspace, WorkspaceRemoval, WorkspaceRequest


class Provisioning:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="provisioning.provision_workspace")
    async def provision_workspace(self, request: WorkspaceRequest) -> Workspace:
        """Make the workspace of a subscription. Refused with `PlanNotOffered`."""
        return await self._downstream.call("/workspaces", request, returns=Workspace)

    @activity.defn(name="provisioning.deprovision_workspace")
    async def deprovision_workspace(self, request: WorkspaceRequest) -> WorkspaceRemoval:
        """Undo `provision_workspace`; succeeds when there is nothing to take away."""
        return await self._downstream.call("/workspaces/deprovision", request, returns=WorkspaceRemoval)
