"""Tickets with a feed of their changes: what both ticket systems among the stand-ins share."""

from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.ticket_feed import FEED, Change, Comment, Manners, hand_out, manners_of, tell, told

LONGEST_TITLE = 120

TICKET_REFUSED = ProblemType("ticket-refused", 422, "The ticket cannot have this content")

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS tickets (
    system TEXT NOT NULL, ticket TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (system, ticket)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ticket_fields (
    system TEXT NOT NULL, ticket TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL,
    changed_at TEXT NOT NULL, origin TEXT, PRIMARY KEY (system, ticket, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ticket_comments (
    system TEXT NOT NULL, ticket TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, version INTEGER NOT NULL,
    place INTEGER NOT NULL, PRIMARY KEY (system, ticket, id)) WITHOUT ROWID;
{FEED}"""

Name = Annotated[str, Field(min_length=1, max_length=64)]
Value = Annotated[str, Field(max_length=1_000)]


class TicketWrite(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ticket": "T-1",
                    "fields": {"title": "The screen stays dark", "status": "open"},
                    "comments": [],
                }
            ]
        }
    )

    ticket: Name
    fields: Annotated[dict[Name, Value], Field(default_factory=dict)]
    comments: tuple[Comment, ...] = ()
    origin: Name | None = None
    """Which program writes; without it a person does."""


class TicketField(BaseModel):
    model_config = ConfigDict(frozen=True)

    value: str
    version: int
    changed_at: datetime
    origin: str | None


class Ticket(BaseModel):
    model_config = ConfigDict(frozen=True)

    ticket: str
    version: int
    """Counts the changes of this ticket, from 1."""
    fields: dict[str, TicketField]
    comments: tuple[Comment, ...]


class Written(BaseModel):
    model_config = ConfigDict(frozen=True)

    ticket: str
    version: int
    changed: bool
    """False: everything was there before."""


class Changes(BaseModel):
    model_config = ConfigDict(frozen=True)

    changes: tuple[Change, ...]
    cursor: int
    """Where to go on."""


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)

    status: Literal["told"] = "told"


def offer_tickets(service: Service, *, write: str, read: str, changes: str, manners: str) -> None:
    """Registers tickets and their feed under these operation ids."""

    @service.step("/tickets", operation_id=write, refusals=(TICKET_REFUSED,), status=200)
    def write_ticket(db: Connection, body: TicketWrite) -> Written:
        """Write fields and comments of a ticket, which is made where there is none.

        What is there already is no change, and has no entry in the feed.
        """
        if len(body.fields.get("title", "")) > LONGEST_TITLE:
            raise Refused(TICKET_REFUSED, f"a title has at most {LONGEST_TITLE} characters")
        change = _written(db, service.name, body)
        if change:
            tell(db, service.name, change)
        version = _version(db, service.name, body.ticket)
        return Written(ticket=body.ticket, version=version, changed=change is not None)

    @service.read("/tickets/{ticket}", operation_id=read)
    def read_ticket(db: Connection, ticket: str) -> Ticket:
        """Look up a ticket."""
        return _ticket(db, service.name, ticket)

    @service.read("/changes", operation_id=changes)
    def list_changes(
        db: Connection,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Changes:
        """The changes after a place in the feed, oldest first."""
        found = told(db, service.name, after, limit)
        if not found:
            hand_out(db, service.name, manners_of(db, service.name))
            found = told(db, service.name, after, limit)
        return Changes(changes=tuple(found.values()), cursor=max(found, default=after))

    @service.step("/feed", operation_id=manners, refusals=(TICKET_REFUSED,), status=200)
    def tell_feed(db: Connection, body: Manners) -> Told:
        """Say how unruly the feed is from now on."""
        row = (service.name, body.handful, body.twice, body.withhold)
        db.execute("INSERT OR REPLACE INTO ticket_feed_manners VALUES (?, ?, ?, ?)", row)
        if body.withhold == 0:
            db.execute("UPDATE ticket_feed_held SET withheld = 0 WHERE system = ?", (service.name,))
        return Told()


def _written(db: Connection, system: str, body: TicketWrite) -> Change | None:
    """The change, unless everything was there before."""
    version = _version(db, system, body.ticket) + 1
    old = {name: field.value for name, field in _fields(db, system, body.ticket).items()}
    fields = {name: value for name, value in body.fields.items() if old.get(name) != value}
    made = (
        comment if comment.id else Comment(id=f"{system}-{body.ticket}-{version}-{place}", text=comment.text)
        for place, comment in enumerate(body.comments, 1)
    )
    comments = tuple(comment for comment in made if not _has_comment(db, system, body.ticket, comment))
    if not (fields or comments):
        return None
    change = Change(
        event_id=f"{system}-{body.ticket}-{version}",
        system=system,
        ticket=body.ticket,
        sequence=version,
        changed_at=datetime.now(UTC),
        origin=body.origin,
        fields=fields,
        comments=comments,
    )
    _store(db, change)
    return change


def _store(db: Connection, change: Change) -> None:
    whose = (change.system, change.ticket)
    db.execute("INSERT OR REPLACE INTO tickets VALUES (?, ?, ?)", (*whose, change.sequence))
    said = (change.sequence, change.changed_at.isoformat(), change.origin)
    db.executemany(
        "INSERT OR REPLACE INTO ticket_fields VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*whose, name, value, *said) for name, value in change.fields.items()],
    )
    db.executemany(
        "INSERT INTO ticket_comments VALUES (?, ?, ?, ?, ?, ?)",
        [(*whose, one.id, one.text, change.sequence, place) for place, one in enumerate(change.comments)],
    )


def _ticket(db: Connection, system: str, ticket: str) -> Ticket:
    version = _version(db, system, ticket)
    if not version:
        raise Refused(NOT_FOUND, f"there is no ticket {ticket}")
    return Ticket(
        ticket=ticket,
        version=version,
        fields=_fields(db, system, ticket),
        comments=_comments(db, system, ticket),
    )


def _version(db: Connection, system: str, ticket: str) -> int:
    """0 where there is no such ticket."""
    row = db.execute(
        "SELECT version FROM tickets WHERE system = ? AND ticket = ?", (system, ticket)
    ).fetchone()
    return int(row["version"]) if row else 0


def _has_comment(db: Connection, system: str, ticket: str, comment: Comment) -> bool:
    name = (system, ticket, comment.id)
    found = db.execute(
        "SELECT 1 FROM ticket_comments WHERE system = ? AND ticket = ? AND id = ?", name
    ).fetchone()
    return found is not None


def _fields(db: Connection, system: str, ticket: str) -> dict[str, TicketField]:
    rows = db.execute("SELECT * FROM ticket_fields WHERE system = ? AND ticket = ?", (system, ticket))
    return {row["name"]: TicketField.model_validate(dict(row)) for row in rows}


def _comments(db: Connection, system: str, ticket: str) -> tuple[Comment, ...]:
    rows = db.execute(
        "SELECT id, text FROM ticket_comments WHERE system = ? AND ticket = ? ORDER BY version, place",
        (system, ticket),
    )
    return tuple(Comment.model_validate(dict(row)) for row in rows)
