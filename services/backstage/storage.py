"""One SQLite file under all services, so that what was answered survives a kill at any moment."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection, DatabaseError, Row, connect
from uuid import uuid4


class StorageUnusable(Exception):
    """The file cannot be opened, or another process has it: keys in progress live in the memory of one."""


class Storage:
    """Transactions over one connection; they never interleave, because none of them awaits anything."""

    def __init__(self, path: Path | str, schemas: Iterable[str]) -> None:
        try:
            self.db: Connection = connect(path, isolation_level=None, cached_statements=256, timeout=1)
            self.db.row_factory = Row
            self._prepare(schemas)
        except DatabaseError as failure:
            raise StorageUnusable(f"{path}: {failure}") from failure

    def _prepare(self, schemas: Iterable[str]) -> None:
        # Exclusive: one process, and no shared memory to keep. NORMAL under WAL: a commit is in the file when
        # it returns, which a killed process cannot take back; only a power cut could lose the last ones.
        self.db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA wal_autocheckpoint=4000")  # its fsync holds every call up, so seldom
        for schema in schemas:
            self.db.executescript(schema)

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """Everything inside is committed together, or, when it raises, not at all."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def clear(self) -> None:
        """Forgets everything, in all tables."""
        with self.transaction() as db:
            tables = db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for table in tables:
                db.execute(f'DELETE FROM "{table["name"]}"')  # noqa: S608 - names of our own tables

    def close(self) -> None:
        self.db.close()


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid4().hex}"


def now() -> str:
    """This instant as RFC 3339 in UTC, to the millisecond."""
    return instant(datetime.now(UTC))


def instant(at: datetime) -> str:
    """A time in UTC as RFC 3339, to the millisecond: as texts they are in order."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
