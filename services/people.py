"""The people: who is in which group, and who stands in for whom."""

from sqlite3 import Connection
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import Resource, Service
from services.backstage.problems import NOT_FOUND, Refused

people = Service(
    name="people",
    description="Knows the groups team-leads, controlling and heads-of-finance, and each member's deputy.",
    schema="",
)


class Person(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    deputy: Annotated[str | None, Field(description="who stands in")] = None


class Group(Resource):
    members: tuple[Person, ...]


GROUPS = {
    group.id: group
    for group in (
        Group(
            id="team-leads",
            members=(Person(id="ada", deputy="judy"), Person(id="grace", deputy="judy"), Person(id="heidi")),
        ),
        Group(
            id="controlling",
            members=(
                Person(id="ivan", deputy="judy"),
                Person(id="grace", deputy="judy"),
                Person(id="mallory"),
            ),
        ),
        Group(id="heads-of-finance", members=(Person(id="olivia"),)),
    )
}


@people.read("/groups/{group_id}", operation_id="findMembers")
def get_group(db: Connection, group_id: str) -> Group:
    """Look up who is in a group, and who stands in for them."""
    del db
    if group_id not in GROUPS:
        raise Refused(NOT_FOUND, f"there is no group {group_id}")
    return GROUPS[group_id]
