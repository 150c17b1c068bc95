"""What is asked of the directory, and what it answers."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.fields import Id, Line, NaturalId, Record

UserName = Annotated[NaturalId, Field(examples=["ada"])]
GroupName = Annotated[NaturalId, Field(examples=["payroll"])]


class AccessQuery(Record):
    user: UserName
    group: GroupName


class Found(Record):
    """The user and the group, by the ids that the directory knows them by."""

    user_id: Id
    group_id: Id


class MembershipRequest(Record):
    """From `expires` on the directory itself takes the member for none."""

    user_id: Id
    group_id: Id
    expires: AwareDatetime


class Membership(Record):
    user_id: Id
    group_id: Id
    expires: AwareDatetime | None = None


class EntitlementRequest(Record):
    """Why a user has access: the request that it goes back to."""

    user_id: Id
    request_id: NaturalId
    text: Line


class Entitlement(Record):
    user_id: Id
    request_id: NaturalId


class Removal(Record):
    """Of a membership or an entitlement, whether or not there was one."""

    user_id: Id
    status: Literal["removed"] = "removed"
