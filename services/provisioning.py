"""The provisioning: makes the workspace of a subscription, and takes it away again."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

RETIRED_PREFIX = "retired"

PLAN_NOT_OFFERED = ProblemType("plan-not-offered", 422, "The plan is not offered")
ALREADY_PROVISIONED = ProblemType("already-provisioned", 409, "The subscription has a workspace")

provisioning = Service(
    name="provisioning",
    description=f"Provisions workspaces, one for a subscription. Plans that begin with `{RETIRED_PREFIX}` "
    "are not offered.",
    schema="""
CREATE TABLE IF NOT EXISTS workspaces (
    id TEXT PRIMARY KEY, subscription_id TEXT NOT NULL, user_id TEXT NOT NULL, plan TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_workspace
    ON workspaces (subscription_id) WHERE status = 'provisioned';
""",
)


class WorkspaceRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"subscription_id": "S-1", "user_id": "U-1", "plan": "team"}]}
    )

    subscription_id: Annotated[str, Field(min_length=1, max_length=100)]
    user_id: Annotated[str, Field(min_length=1, max_length=100)]
    plan: Annotated[str, Field(min_length=1, max_length=100)]


class Workspace(Resource):
    subscription_id: str
    address: str
    status: Literal["provisioned", "deprovisioned"]


@provisioning.step(
    "/workspaces", operation_id="provisionWorkspace", refusals=(PLAN_NOT_OFFERED, ALREADY_PROVISIONED)
)
def provision_workspace(db: Connection, body: WorkspaceRequest) -> Workspace:
    """Provision the workspace of a subscription."""
    if body.plan.startswith(RETIRED_PREFIX):
        raise Refused(PLAN_NOT_OFFERED, f"the plan {body.plan} is not offered any more")
    taken = db.execute(
        "SELECT id FROM workspaces WHERE subscription_id = ? AND status = 'provisioned'",
        (body.subscription_id,),
    ).fetchone()
    if taken:
        raise Refused(ALREADY_PROVISIONED, f"subscription {body.subscription_id} has {taken['id']}")
    workspace_id = new_id("wsp")
    db.execute(
        "INSERT INTO workspaces VALUES (?, ?, ?, ?, 'provisioned')",
        (workspace_id, *body.model_dump().values()),
    )
    return get_workspace(db, workspace_id)


@provisioning.compensation(
    "/workspaces/deprovision",
    operation_id="deprovisionWorkspace",
    undoes="provisionWorkspace",
    done="deprovisioned",
    nothing="nothing_to_deprovision",
)
def deprovision_workspace(db: Connection, workspace_id: str) -> None:
    """Take away the workspace that was provisioned under a key."""
    db.execute("UPDATE workspaces SET status = 'deprovisioned' WHERE id = ?", (workspace_id,))


@provisioning.read("/workspaces/{workspace_id}", operation_id="getWorkspace")
def get_workspace(db: Connection, workspace_id: str) -> Workspace:
    """Look up a workspace, whatever has become of it."""
    row = db.execute("SELECT * FROM workspaces WHERE id = ?", (workspace_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no workspace {workspace_id}")
    return Workspace(
        id=row["id"],
        subscription_id=row["subscription_id"],
        address=f"https://workspaces.example.com/{row['id']}",
        status=row["status"],
    )
