"""The paging: who is on call for what, the pages that ring at them, and their word that they have it."""

import json
from datetime import timedelta
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id, now

UNOWNED_PREFIX = "unowned"
GONE_PREFIX = "gone"
ROBOT = "robot"

PERSON_UNKNOWN = ProblemType("person-unknown", 422, "This person cannot be paged")

paging = Service(
    name="paging",
    description="Knows the on-call ladder of each service: `checkout` and `drill` have their own, those that "
    f"begin with `{UNOWNED_PREFIX}` have none, all others share one. Pages ring until they are acknowledged or "
    f"recalled. People whose names begin with `{GONE_PREFIX}` cannot be paged; `{ROBOT}` acknowledges at once.",
    schema="""
CREATE TABLE IF NOT EXISTS pages (
    id TEXT PRIMARY KEY, incident TEXT NOT NULL, rung TEXT NOT NULL, people TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acknowledgements (
    incident TEXT PRIMARY KEY, by TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
""",
)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Incident = Annotated[str, Field(min_length=1, max_length=1_000)]


class Rung(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: Name
    people: tuple[Name, ...]
    within: timedelta
    """So long its people have; then the next rung is paged. The last one is paged again."""


class Schedule(Resource):
    """Its id is the service's name."""

    rungs: tuple[Rung, ...]


def _rung(name: str, person: str, **within: float) -> Rung:
    return Rung(name=name, people=(person,), within=timedelta(**within))


LADDERS = {
    "checkout": (
        _rung("primary", "grace", minutes=5),
        _rung("secondary", "hedy", minutes=10),
        _rung("lead", "ada", minutes=15),
    ),
    "drill": (
        _rung("primary", "grace", seconds=1),
        _rung("secondary", "hedy", seconds=1),
        _rung("lead", "ada", seconds=30),
    ),
    "handover": (_rung("primary", "gone-1", minutes=5), _rung("secondary", "hedy", minutes=10)),
    "self-test": (_rung("primary", ROBOT, seconds=1),),
}
EVERYTHING_ELSE = (_rung("primary", "grace", minutes=10), _rung("lead", "ada", minutes=15))


class PageRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "incident": "incident-response-checkout-latency.1",
                    "rung": "primary",
                    "people": ["grace"],
                    "text": "critical: checkout answers in 4 s",
                }
            ]
        }
    )

    incident: Incident
    rung: Name
    people: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Page(Resource):
    status: Literal["ringing", "acknowledged", "recalled"]


class AcknowledgementRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"incident": "incident-response-checkout-latency.1", "by": "grace"}]}
    )

    incident: Incident
    by: Name


class Acknowledgement(BaseModel):
    """The first one counts; it silences all pages of the incident."""

    incident: Incident
    by: Name
    at: str


@paging.read("/schedules/{service}", operation_id="getSchedule")
def get_schedule(db: Connection, service: str) -> Schedule:
    """Who is on call for a service, rung by rung."""
    del db
    if service.startswith(UNOWNED_PREFIX):
        raise Refused(NOT_FOUND, f"nobody is on call for {service}")
    return Schedule(id=service, rungs=LADDERS.get(service, EVERYTHING_ELSE))


@paging.step("/pages", operation_id="sendPage", refusals=(PERSON_UNKNOWN,))
def send_page(db: Connection, body: PageRequest) -> Page:
    """Ring at people, until one of them acknowledges."""
    gone = [person for person in body.people if person.startswith(GONE_PREFIX)]
    if gone:
        raise Refused(PERSON_UNKNOWN, f"{', '.join(gone)} cannot be paged")
    page = Page(id=new_id("pge"), status="ringing")
    db.execute(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
        (page.id, body.incident, body.rung, json.dumps(body.people), body.text, page.status),
    )
    if ROBOT in body.people:
        _acknowledge(db, AcknowledgementRequest(incident=body.incident, by=ROBOT))
    return page


@paging.compensation(
    "/pages/recall",
    operation_id="recallPage",
    undoes="sendPage",
    done="recalled",
    nothing="nothing_to_recall",
)
def recall_page(db: Connection, page_id: str) -> None:
    """Stop the page that was sent under a key."""
    db.execute("UPDATE pages SET status = 'recalled' WHERE id = ?", (page_id,))


@paging.read("/pages/{page_id}", operation_id="getPage")
def get_page(db: Connection, page_id: str) -> Page:
    """Look up a page, whatever has become of it."""
    row = db.execute("SELECT id, status FROM pages WHERE id = ?", (page_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no page {page_id}")
    return Page.model_validate(dict(row))


@paging.step("/acknowledgements", operation_id="acknowledgePages", refusals=(PERSON_UNKNOWN,))
def acknowledge_pages(db: Connection, body: AcknowledgementRequest) -> Acknowledgement:
    """Somebody has it: silence all pages of the incident."""
    return _acknowledge(db, body)


@paging.read("/acknowledgements", operation_id="findAcknowledgement")
def find_acknowledgement(db: Connection, incident: str) -> Acknowledgement:
    """Look up who has acknowledged the pages of an incident."""
    row = db.execute("SELECT * FROM acknowledgements WHERE incident = ?", (incident,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"nobody has acknowledged {incident}")
    return Acknowledgement.model_validate(dict(row))


def _acknowledge(db: Connection, body: AcknowledgementRequest) -> Acknowledgement:
    db.execute("INSERT OR IGNORE INTO acknowledgements VALUES (?, ?, ?)", (body.incident, body.by, now()))
    db.execute(
        "UPDATE pages SET status = 'acknowledged' WHERE incident = ? AND status = 'ringing'", (body.incident,)
    )
    return find_acknowledgement(db, body.incident)
