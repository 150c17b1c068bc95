"""The directory of the private network, by SCIM 2.0: gives access by membership of a group, and takes it away."""

from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel
from temporalio import activity

from activities import scim
from activities.http import Downstream
from models.directory import (
    AccessQuery,
    Entitlement,
    EntitlementRequest,
    Found,
    Membership,
    MembershipRequest,
    Removal,
)
from saga.headers import refused

TIMED_ACCESS = "timed-access"

Resource = TypeVar("Resource", scim.User, scim.Group)


class Changed(BaseModel):
    """All that matters of what a change is answered with: a compensation says what it undid, a group that it stands."""

    id: str | None


class Directory:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="directory.find_access")
    async def find_access(self, query: AccessQuery) -> Found:
        """Look both up. Refused with `UserUnknown`, `GroupUnknown`, or `AlreadyMember`: nobody's own access may end."""
        user = await self._named("/Users", "userName", query.user, scim.Found[scim.User])
        if user is None:
            raise refused(f"directory: there is no user {query.user}", type="UserUnknown")
        group = await self._named("/Groups", "displayName", query.group, scim.Found[scim.Group])
        if group is None:
            raise refused(f"directory: there is no group {query.group}", type="GroupUnknown")
        if user.id in [member.value for member in group.members]:
            raise refused(f"directory: {query.user} is a member of {query.group}", type="AlreadyMember")
        return Found(user_id=user.id, group_id=group.id)

    @activity.defn(name="directory.add_member")
    async def add_member(self, asked: MembershipRequest) -> Membership:
        """Give access, until it expires. May only be accepted. Refused with `AlreadyMember` or `GroupLocked`."""
        member = scim.Member(value=asked.user_id, expires=asked.expires)
        await self._patch_group(asked, scim.adding("members", member), asynchronous=True)
        return Membership(user_id=asked.user_id, group_id=asked.group_id, expires=asked.expires)

    @activity.defn(name="directory.find_member")
    async def find_member(self, asked: MembershipRequest) -> Membership | None:
        """Whether what was accepted has been done; reads only."""
        params = {"group_id": asked.group_id}
        group = await self._downstream.read("/Groups/{group_id}", params=params, returns=scim.Group)
        members = group.members if group else ()
        found = next((member for member in members if member.value == asked.user_id), None)
        if found is None:
            return None
        return Membership(user_id=asked.user_id, group_id=asked.group_id, expires=found.expires)

    @activity.defn(name="directory.remove_member")
    async def remove_member(self, asked: MembershipRequest) -> Removal:
        """Take access away; the undo of `add_member` too. Succeeds when there is none."""
        await self._patch_group(asked, scim.removing("members", asked.user_id))
        return Removal(user_id=asked.user_id)

    @activity.defn(name="directory.move_expiry")
    async def move_expiry(self, asked: MembershipRequest) -> Membership:
        """Have the membership expire at another time. Refused with `NoTarget` when there is none."""
        path = f"{scim.one_of('members', asked.user_id)}.expires"
        await self._patch_group(asked, scim.replacing(path, asked.expires))
        return Membership(user_id=asked.user_id, group_id=asked.group_id, expires=asked.expires)

    @activity.defn(name="directory.record_entitlement")
    async def record_entitlement(self, asked: EntitlementRequest) -> Entitlement:
        """Write down at the user why the access is there. Refused with `AlreadyEntitled`."""
        entry = scim.Entitlement(value=asked.request_id, display=asked.text, type=TIMED_ACCESS)
        await self._patch_user(asked, scim.adding("entitlements", entry))
        return Entitlement(user_id=asked.user_id, request_id=asked.request_id)

    @activity.defn(name="directory.remove_entitlement")
    async def remove_entitlement(self, asked: EntitlementRequest) -> Removal:
        """Take it back; the undo of `record_entitlement` too. Succeeds when there is none."""
        await self._patch_user(asked, scim.removing("entitlements", asked.request_id))
        return Removal(user_id=asked.user_id)

    async def _named(
        self, path: str, attribute: str, name: str, returns: type[scim.Found[Resource]]
    ) -> Resource | None:
        params = {"filter": scim.equals(attribute, name)}
        found = await self._downstream.read(path, params=params, returns=returns)
        return next(iter(found.resources), None) if found else None

    async def _patch_group(
        self, asked: MembershipRequest, patch: BaseModel, *, asynchronous: bool = False
    ) -> None:
        path = f"/Groups/{quote(asked.group_id, safe='')}"
        await self._downstream.call(path, patch, method="PATCH", returns=Changed, asynchronous=asynchronous)

    async def _patch_user(self, asked: EntitlementRequest, patch: BaseModel) -> None:
        path = f"/Users/{quote(asked.user_id, safe='')}"
        await self._downstream.call(path, patch, method="PATCH", returns=Changed)
