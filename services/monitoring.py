"""The monitoring: which alerts are firing, and which have been resolved."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import ProblemType

NOT_WATCHED = ProblemType("not-watched", 422, "This service is not watched")

monitoring = Service(
    name="monitoring",
    description="Knows the alerts that are firing. What it has never heard of is not firing.",
    schema="""
CREATE TABLE IF NOT EXISTS alerts (
    fingerprint TEXT PRIMARY KEY, service TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
""",
)

Name = Annotated[str, Field(min_length=1, max_length=200)]


class AlertRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fingerprint": "checkout-latency", "service": "checkout"}]}
    )

    fingerprint: Name
    service: Name


class AlertState(BaseModel):
    """It is what is measured, and no effect of a flow."""

    fingerprint: str
    service: str
    status: Literal["firing", "resolved"]


class Alert(Resource):
    """Its id is the fingerprint."""

    status: Literal["firing", "resolved"]


@monitoring.step("/alerts", operation_id="raiseAlert", refusals=(NOT_WATCHED,))
def raise_alert(db: Connection, body: AlertRequest) -> AlertState:
    """Something is measured to be wrong."""
    return _set(db, AlertState(fingerprint=body.fingerprint, service=body.service, status="firing"))


@monitoring.step("/alerts/resolve", operation_id="resolveAlert", refusals=(NOT_WATCHED,))
def resolve_alert(db: Connection, body: AlertRequest) -> AlertState:
    """It is measured to be well again."""
    return _set(db, AlertState(fingerprint=body.fingerprint, service=body.service, status="resolved"))


@monitoring.read("/alerts/{fingerprint}", operation_id="getAlert")
def get_alert(db: Connection, fingerprint: str) -> Alert:
    """Look up whether an alert is firing."""
    row = db.execute("SELECT status FROM alerts WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return Alert(id=fingerprint, status=row["status"] if row else "resolved")


def measure_well(db: Connection, service: str) -> None:
    """All alerts of a service are resolved: something has helped it."""
    db.execute("UPDATE alerts SET status = 'resolved' WHERE service = ?", (service,))


def _set(db: Connection, state: AlertState) -> AlertState:
    db.execute("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?)", tuple(state.model_dump().values()))
    return state
