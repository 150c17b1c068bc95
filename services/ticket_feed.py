"""The feed of a ticket system: tells each change at least once.

Told to be unruly, it keeps changes back until it has a handful, and hands them out shuffled, some of them twice;
what it was told to withhold comes only when it is told to be orderly again.
"""

from datetime import datetime
from random import Random
from sqlite3 import Connection
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody

FEED = """
CREATE TABLE IF NOT EXISTS ticket_feed (
    position INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, change TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS feed_of_system ON ticket_feed (system, position);
CREATE TABLE IF NOT EXISTS ticket_feed_held (
    number INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, change TEXT NOT NULL, withheld INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ticket_feed_manners (
    system TEXT PRIMARY KEY, handful INTEGER NOT NULL, twice INTEGER NOT NULL, withhold INTEGER NOT NULL) WITHOUT ROWID;
"""


class Comment(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Of the comment, in whichever system it was written; one that is there is not written again."""
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Change(BaseModel):
    model_config = ConfigDict(frozen=True)

    event_id: str
    system: str
    ticket: str
    sequence: int
    """The version that the ticket has since this change."""
    changed_at: datetime
    origin: str | None
    fields: dict[str, str]
    comments: tuple[Comment, ...]


class Manners(RequestBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"handful": 20, "twice": True, "withhold": 0}]})

    handful: Annotated[int, Field(ge=1, le=1_000)] = 1
    """So many changes are shuffled among each other; 1 keeps their order."""
    twice: bool = False
    withhold: Annotated[int, Field(ge=0, le=1_000)] = 0
    """So many changes from now on do not come before the feed is told otherwise."""


def manners_of(db: Connection, system: str) -> Manners:
    row = db.execute("SELECT * FROM ticket_feed_manners WHERE system = ?", (system,)).fetchone()
    return Manners(**{name: row[name] for name in Manners.model_fields}) if row else Manners()


def tell(db: Connection, system: str, change: Change) -> None:
    manners = manners_of(db, system)
    held = (system, change.model_dump_json(), manners.withhold > 0)
    db.execute("INSERT INTO ticket_feed_held (system, change, withheld) VALUES (?, ?, ?)", held)
    if manners.withhold:
        db.execute("UPDATE ticket_feed_manners SET withhold = withhold - 1 WHERE system = ?", (system,))
    waiting = db.execute(
        "SELECT count(*) FROM ticket_feed_held WHERE system = ? AND NOT withheld", (system,)
    ).fetchone()[0]
    if waiting >= manners.handful:
        hand_out(db, system, manners)


def hand_out(db: Connection, system: str, manners: Manners) -> None:
    """All that is kept back goes into the feed. The same handful is always shuffled the same way."""
    rows = db.execute(
        "SELECT number, change FROM ticket_feed_held WHERE system = ? AND NOT withheld ORDER BY number",
        (system,),
    ).fetchall()
    if not rows:
        return
    changes = [row["change"] for row in rows] * (2 if manners.twice else 1)
    if manners.handful > 1:
        Random(rows[0]["number"]).shuffle(changes)  # noqa: S311 - it guards nothing
    db.executemany(
        "INSERT INTO ticket_feed (system, change) VALUES (?, ?)", [(system, change) for change in changes]
    )
    db.executemany("DELETE FROM ticket_feed_held WHERE number = ?", [(row["number"],) for row in rows])


def told(db: Connection, system: str, after: int, limit: int) -> dict[int, Change]:
    rows = db.execute(
        "SELECT position, change FROM ticket_feed WHERE system = ? AND position > ? ORDER BY position LIMIT ?",
        (system, after, limit),
    )
    return {row["position"]: Change.model_validate_json(row["change"]) for row in rows}
