"""The directory: who is in which group, until when and why."""

from datetime import datetime
from sqlite3 import Connection
from typing import Annotated

from fastapi import Header, Query

from services.backstage.ledger import end_effect
from services.backstage.operations import Service
from services.backstage.problems import NOT_FOUND, FieldError, Refused, invalid_request
from services.directory_records import (
    ALREADY_ENTITLED,
    ALREADY_MEMBER,
    GROUP,
    GROUP_LOCKED,
    LOCKED_PREFIX,
    NO_TARGET,
    SCHEMA,
    SILENT_PREFIX,
    SLOW_PREFIX,
    STUCK_PREFIX,
    UNKNOWN_PREFIX,
    USER,
    add_member,
    disentitle,
    entitle,
    expire_member,
    group_of,
    remove_member,
    user_of,
)
from services.scim import (
    ENTITLEMENTS,
    FILTER,
    MEMBERS,
    Entitled,
    Group,
    GroupPatch,
    Groups,
    Joined,
    Joining,
    Operation,
    User,
    UserPatch,
    Users,
)

directory = Service(
    name="directory",
    description="Users and groups by SCIM 2.0: to be found, and their lists to be patched. A member may have a "
    "time at which it `expires`: from then on it is none. There is every user and every group whose name does "
    f"not begin with `{UNKNOWN_PREFIX}`. Groups that begin with `{LOCKED_PREFIX}` take no members. Three kinds "
    f"of groups only *accept* one, with 202: `{SLOW_PREFIX}…` takes it a moment later and calls back, "
    f"`{SILENT_PREFIX}…` takes it and calls nobody, `{STUCK_PREFIX}…` never takes it.",
    schema=SCHEMA,
)


@directory.step(
    "/Groups/{group_id}",
    operation_id="patchGroup",
    method="PATCH",
    status=200,
    refusals=(GROUP_LOCKED, ALREADY_MEMBER, NO_TARGET, NOT_FOUND),
)
def patch_group(
    db: Connection,
    group_id: str,
    body: GroupPatch,
    callback_url: Annotated[str | None, Header(description="told when an accepted member is one")] = None,
) -> Joined | Joining | Group:
    """Add a member, remove one, or change when one expires.

    To remove who is no member changes nothing. With X-Compensates it undoes the adding that was made under that key.
    """
    (asked,) = body.operations
    path = MEMBERS.fullmatch(asked.path)
    match asked.op, path and path.groups(), asked.value:
        case "add", (None, None), (member,):
            return add_member(db, group_id, member, callback_url)
        case "remove", (str(user_id), None), None:
            remove_member(db, group_id, user_id)
            end_effect(db, "directory", "patchGroup", f"{group_id}/{user_id}")
        case "replace", (str(user_id), str()), datetime() as at:
            expire_member(db, group_id, user_id, at)
        case _:
            raise _not_offered(asked)
    return group_of(db, group_id)


@directory.compensation(
    "/Groups/{group_id}",
    operation_id="patchGroup",
    undoes="patchGroup",
    done="removed",
    nothing="nothing_to_remove",
)
def unpatch_group(db: Connection, membership: str) -> None:
    group_id, _, user_id = membership.partition("/")
    remove_member(db, group_id, user_id)


@directory.step(
    "/Users/{user_id}",
    operation_id="patchUser",
    method="PATCH",
    status=200,
    refusals=(ALREADY_ENTITLED, NOT_FOUND),
)
def patch_user(db: Connection, user_id: str, body: UserPatch) -> Entitled | User:
    """Add an entitlement, or remove one; to remove one that is not there changes nothing.

    With X-Compensates it undoes the adding that was made under that key.
    """
    (asked,) = body.operations
    path = ENTITLEMENTS.fullmatch(asked.path)
    match asked.op, path and path.groups(), asked.value:
        case "add", (None,), (given,):
            return entitle(db, user_id, given)
        case "remove", (str(value),), None:
            disentitle(db, user_id, value)
            end_effect(db, "directory", "patchUser", f"{user_id}/{value}")
        case _:
            raise _not_offered(asked)
    return user_of(db, user_id)


@directory.compensation(
    "/Users/{user_id}",
    operation_id="patchUser",
    undoes="patchUser",
    done="removed",
    nothing="nothing_to_remove",
)
def unpatch_user(db: Connection, entitlement: str) -> None:
    user_id, _, value = entitlement.partition("/")
    disentitle(db, user_id, value)


@directory.read("/Users", operation_id="findUsers")
def find_users(
    db: Connection,
    filter: Annotated[str, Query(examples=['userName eq "ada"'])],  # noqa: A002 - the name in RFC 7644
) -> Users:
    """Find a user by name."""
    name = _filtered("userName", filter)
    found = () if name is None else (user_of(db, f"{USER}{name}"),)
    return Users(totalResults=len(found), Resources=found)


@directory.read("/Groups", operation_id="findGroups")
def find_groups(
    db: Connection,
    filter: Annotated[str, Query(examples=['displayName eq "payroll"'])],  # noqa: A002 - the name in RFC 7644
) -> Groups:
    """Find a group by name."""
    name = _filtered("displayName", filter)
    found = () if name is None else (group_of(db, f"{GROUP}{name}"),)
    return Groups(totalResults=len(found), Resources=found)


@directory.read("/Groups/{group_id}", operation_id="getGroup")
def get_group(db: Connection, group_id: str) -> Group:
    """Look up a group with its members."""
    group = group_of(db, group_id)
    db.execute("UPDATE members SET looks = looks - 1 WHERE group_id = ? AND looks > 0", (group_id,))
    return group


@directory.read("/Users/{user_id}", operation_id="getUser")
def get_user(db: Connection, user_id: str) -> User:
    """Look up a user with the entitlements."""
    return user_of(db, user_id)


def _filtered(attribute: str, text: str) -> str | None:
    """The name that is asked for; None where there is none of that name."""
    found = FILTER.fullmatch(text)
    if found is None or found[1] != attribute:
        raise invalid_request(FieldError(detail=f'expected {attribute} eq "…"', parameter="filter"))
    return None if found[2].startswith(UNKNOWN_PREFIX) else found[2]


def _not_offered(asked: Operation) -> Refused:
    return invalid_request(
        FieldError(detail=f"not offered: {asked.op} {asked.path}", pointer="#/Operations/0/path")
    )
