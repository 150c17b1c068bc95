"""The people: who is in a group, so that a flow names groups and not persons."""

from temporalio import activity

from activities.http import Downstream
from models.people import GroupRequest, Members
from saga.headers import refused

GROUP_UNKNOWN = "GroupUnknown"


class People:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="people.find_members")
    async def find_members(self, request: GroupRequest) -> Members:
        """Has no effect. Refused with `GroupUnknown`."""
        params = {"group": request.group}
        found = await self._downstream.read("/groups/{group}", returns=Members, params=params)
        if found is None:
            raise refused(f"there is no group {request.group}", type=GROUP_UNKNOWN)
        return found
