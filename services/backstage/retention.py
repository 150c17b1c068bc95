"""How long keys are kept, from their first use: a service that has forgotten one would do the same again."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from services.backstage.storage import instant

SCHEMA = """
CREATE TABLE IF NOT EXISTS key_uses (
    service TEXT, key TEXT, at TEXT NOT NULL, PRIMARY KEY (service, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS key_uses_by_age ON key_uses (at);
"""


class KeyRetention:
    """Forgets answers and tombstones, not effects; without a limit it forgets nothing."""

    def __init__(self, limit: timedelta | None) -> None:
        self._limit = limit

    def forget(self, db: Connection) -> None:
        """Forgets every key that is as old as the limit."""
        if self._limit is None:
            return
        old = db.execute(
            "DELETE FROM key_uses WHERE at <= ? RETURNING service, key",
            (instant(datetime.now(UTC) - self._limit),),
        ).fetchall()
        names = [(row["service"], row["key"]) for row in old]
        db.executemany("DELETE FROM answers WHERE service = ? AND key = ?", names)
        db.executemany("DELETE FROM tombstones WHERE service = ? AND key = ?", names)

    def used(self, db: Connection, service: str, keys: Iterable[str]) -> None:
        """Notes the first use of keys that were not used, or are forgotten."""
        if self._limit is None:
            return
        at = instant(datetime.now(UTC))
        db.executemany(
            "INSERT OR IGNORE INTO key_uses VALUES (?, ?, ?)", [(service, key, at) for key in keys]
        )

    def make_room(self, db: Connection, service: str, key: str) -> None:
        """For a second effect under a forgotten key: the ledger shows the first as `KEY#1`, by its number there."""
        if self._limit is not None:
            db.execute(
                "UPDATE effects SET key = key || '#' || id WHERE service = ? AND key = ?", (service, key)
            )
