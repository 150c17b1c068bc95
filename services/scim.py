"""What the directory speaks: of SCIM 2.0 (RFC 7643, RFC 7644) users, groups, and the changing of their lists."""

import re
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.backstage.operations import Accepted, RequestBody, Resource

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MEMBERS = re.compile(r'members(?:\[value eq "([^"]+)"\](\.expires)?)?')
ENTITLEMENTS = re.compile(r'entitlements(?:\[value eq "([^"]+)"\])?')
FILTER = re.compile(r'(userName|displayName) eq "([^"]+)"')


class Member(BaseModel):
    """RFC 7643 section 4.2; `expires` is this directory's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Annotated[str, Field(min_length=1, max_length=100)]
    expires: AwareDatetime | None = None


class Entitlement(BaseModel):
    """RFC 7643 section 4.1.2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Annotated[str, Field(min_length=1, max_length=100)]
    display: Annotated[str, Field(max_length=500)] = ""
    type: Annotated[str, Field(max_length=100)] = ""


class Operation(BaseModel):
    """RFC 7644 section 3.5.2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    op: Literal["add", "remove", "replace"]
    path: Annotated[str, Field(min_length=1, max_length=300)]


class GroupOperation(Operation):
    """Its paths are those of `MEMBERS`."""

    value: tuple[Member] | AwareDatetime | None = None


class UserOperation(Operation):
    """Its paths are those of `ENTITLEMENTS`."""

    value: tuple[Entitlement] | None = None


class Patch(RequestBody):
    schemas: tuple[Literal["urn:ietf:params:scim:api:messages:2.0:PatchOp"]]


class GroupPatch(Patch):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schemas": [PATCH_OP],
                    "Operations": [{"op": "add", "path": "members", "value": [{"value": "usr-ada"}]}],
                }
            ]
        }
    )

    operations: Annotated[tuple[GroupOperation], Field(alias="Operations", description="one at a time")]


class UserPatch(Patch):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schemas": [PATCH_OP],
                    "Operations": [{"op": "add", "path": "entitlements", "value": [{"value": "R-1"}]}],
                }
            ]
        }
    )

    operations: Annotated[tuple[UserOperation], Field(alias="Operations", description="one at a time")]


class User(BaseModel):
    id: str
    userName: str  # noqa: N815 - the name in RFC 7643
    entitlements: tuple[Entitlement, ...]


class Group(BaseModel):
    id: str
    displayName: str  # noqa: N815 - the name in RFC 7643
    members: tuple[Member, ...]


class Joined(Resource):
    """The group with its new member."""

    displayName: str  # noqa: N815 - the name in RFC 7643
    members: tuple[Member, ...]
    member: Annotated[str, Field(exclude=True)]

    @property
    def effect(self) -> str:
        return f"{self.id}/{self.member}"


class Joining(Accepted, Joined):
    """The group, which will have its new member later."""


class Entitled(Resource):
    """The user with the new entitlement."""

    userName: str  # noqa: N815 - the name in RFC 7643
    entitlements: tuple[Entitlement, ...]
    value: Annotated[str, Field(exclude=True)]

    @property
    def effect(self) -> str:
        return f"{self.id}/{self.value}"


class Users(BaseModel):
    """RFC 7644 section 3.4.2."""

    schemas: tuple[str] = (LIST_RESPONSE,)
    totalResults: int  # noqa: N815 - the name in RFC 7644
    Resources: tuple[User, ...]


class Groups(BaseModel):
    """RFC 7644 section 3.4.2."""

    schemas: tuple[str] = (LIST_RESPONSE,)
    totalResults: int  # noqa: N815 - the name in RFC 7644
    Resources: tuple[Group, ...]
