"""The wire words of SCIM 2.0 (RFC 7643, RFC 7644), as far as the directory is asked."""

import json
from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

Value = TypeVar("Value")
Resource = TypeVar("Resource")


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Operation(Wire, Generic[Value]):
    op: Literal["add", "remove", "replace"]
    path: str
    value: Value


class Patch(Wire, Generic[Value]):
    """One operation on one list (RFC 7644 section 3.5.2)."""

    schemas: tuple[str] = (PATCH_OP,)
    operations: tuple[Operation[Value]] = Field(serialization_alias="Operations")


class Member(Wire):
    value: str
    expires: AwareDatetime | None = None


class Entitlement(Wire):
    value: str
    display: str = ""
    type: str = ""


class User(Wire):
    id: str
    entitlements: tuple[Entitlement, ...] = ()


class Group(Wire):
    id: str
    members: tuple[Member, ...] = ()


class Found(Wire, Generic[Resource]):
    """RFC 7644 section 3.4.2."""

    resources: tuple[Resource, ...] = Field(default=(), alias="Resources")


def adding(path: str, value: Value) -> Patch[tuple[Value]]:
    return Patch(operations=(Operation(op="add", path=path, value=(value,)),))


def removing(path: str, value: str) -> Patch[None]:
    """Of a list, the one with this value."""
    return Patch(operations=(Operation(op="remove", path=one_of(path, value), value=None),))


def replacing(path: str, value: datetime) -> Patch[datetime]:
    return Patch(operations=(Operation(op="replace", path=path, value=value),))


def one_of(path: str, value: str) -> str:
    return f"{path}[{equals('value', value)}]"


def equals(attribute: str, value: str) -> str:
    """A filter; its strings are those of JSON (RFC 7644 section 3.4.2.2)."""
    return f"{attribute} eq {json.dumps(value)}"
