"""The users: who may have what; it is only asked, and changes nothing."""

from sqlite3 import Connection
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Service
from services.backstage.problems import ProblemType, Refused

UNKNOWN_PREFIX = "unknown"
BLOCKED_PREFIX = "blocked"

USER_UNKNOWN = ProblemType("user-unknown", 404, "There is no such user")
USER_BLOCKED = ProblemType("user-blocked", 409, "The user may not subscribe")

users = Service(
    name="users",
    description=f"Says who may subscribe: everybody, but for user ids that begin with `{UNKNOWN_PREFIX}` "
    f"or `{BLOCKED_PREFIX}`.",
    schema="",
)


class UserCheck(RequestBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": "U-1", "plan": "team"}]})

    user_id: Annotated[str, Field(min_length=1, max_length=100)]
    plan: Annotated[str, Field(min_length=1, max_length=100)]


class ValidUser(BaseModel):
    user_id: str
    status: Literal["valid"] = "valid"


@users.step("/validations", operation_id="validateUser", status=200, refusals=(USER_UNKNOWN, USER_BLOCKED))
def validate_user(db: Connection, body: UserCheck) -> ValidUser:
    """Check that a user may subscribe to a plan; nothing comes of it."""
    del db
    if body.user_id.startswith(UNKNOWN_PREFIX):
        raise Refused(USER_UNKNOWN, f"there is no user {body.user_id}")
    if body.user_id.startswith(BLOCKED_PREFIX):
        raise Refused(USER_BLOCKED, f"{body.user_id} may not subscribe to {body.plan}")
    return ValidUser(user_id=body.user_id)


@users.read("/users/{user_id}", operation_id="checkUser", refusals=(USER_UNKNOWN, USER_BLOCKED))
def check_user(db: Connection, user_id: str, plan: Annotated[str, Query(min_length=1)]) -> ValidUser:
    """Check, by reading alone, that a user may subscribe to a plan."""
    return validate_user(db, UserCheck(user_id=user_id, plan=plan))
