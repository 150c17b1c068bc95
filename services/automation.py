"""The automation: runs the runbooks that it has by name, and reverts those that can be reverted."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id
from services.monitoring import measure_well

FROZEN_PREFIX = "frozen"
STUBBORN_PREFIX = "stubborn"

CHANGE_FREEZE = ProblemType("change-freeze", 409, "The service must not be changed now")

automation = Service(
    name="automation",
    description="Runs runbooks: a service is well afterwards, as the monitoring says. Services that begin with "
    f"`{FROZEN_PREFIX}` must not be changed; those that begin with `{STUBBORN_PREFIX}` are only helped by "
    "`roll-back-release`.",
    schema="""
CREATE TABLE IF NOT EXISTS runbook_runs (
    id TEXT PRIMARY KEY, incident TEXT NOT NULL, runbook TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
""",
)

Name = Annotated[str, Field(min_length=1, max_length=200)]


class RestartService(RequestBody):
    name: Literal["restart-service"]
    service: Name


class ScaleOut(RequestBody):
    name: Literal["scale-out"]
    service: Name
    replicas: Annotated[int, Field(ge=1, le=20)]


class RollBackRelease(RequestBody):
    name: Literal["roll-back-release"]
    service: Name
    to_version: Name


class RunRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "incident": "incident-response-checkout-latency.1",
                    "runbook": {"name": "scale-out", "service": "checkout", "replicas": 2},
                }
            ]
        }
    )

    incident: Annotated[str, Field(min_length=1, max_length=1_000)]
    runbook: Annotated[RestartService | ScaleOut | RollBackRelease, Field(discriminator="name")]


class Run(Resource):
    runbook: str
    status: Literal["done", "reverted"]


class FinalRun(BaseModel):
    """Of a runbook that leaves nothing to revert."""

    id: str
    runbook: str
    status: Literal["done"] = "done"


@automation.step("/runs", operation_id="runRunbook", refusals=(CHANGE_FREEZE,))
def run_runbook(db: Connection, body: RunRequest) -> Run | FinalRun:
    """Run a runbook to its end."""
    service, name = body.runbook.service, body.runbook.name
    if service.startswith(FROZEN_PREFIX):
        raise Refused(CHANGE_FREEZE, f"{service} must not be changed now")
    run = Run(id=new_id("run"), runbook=name, status="done")
    db.execute(
        "INSERT INTO runbook_runs VALUES (?, ?, ?, ?)",
        (run.id, body.incident, body.runbook.model_dump_json(), run.status),
    )
    if not service.startswith(STUBBORN_PREFIX) or name == "roll-back-release":
        measure_well(db, service)
    return FinalRun(id=run.id, runbook=name) if name == "restart-service" else run


@automation.compensation(
    "/runs/revert",
    operation_id="revertRun",
    undoes="runRunbook",
    done="reverted",
    nothing="nothing_to_revert",
)
def revert_run(db: Connection, run_id: str) -> None:
    """Revert what a runbook did that was run under a key."""
    db.execute("UPDATE runbook_runs SET status = 'reverted' WHERE id = ?", (run_id,))


@automation.read("/runs/{run_id}", operation_id="getRun")
def get_run(db: Connection, run_id: str) -> Run:
    """Look up a run, whatever has become of it."""
    row = db.execute(
        "SELECT id, json_extract(runbook, '$.name') AS runbook, status FROM runbook_runs WHERE id = ?",
        (run_id,),
    ).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no run {run_id}")
    return Run.model_validate(dict(row))
