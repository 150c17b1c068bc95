"""What has become of a request, by its Idempotency-Key: for services that can be asked whether an effect took place."""

from sqlite3 import Connection


def open_effect(db: Connection, service: str, operation: str, key: str) -> str | None:
    """The id of what stands under the key, if something does."""
    row = db.execute(
        "SELECT resource_id FROM effects WHERE service = ? AND operation = ? AND key = ? AND state = 'open'",
        (service, operation, key),
    ).fetchone()
    return None if row is None else str(row["resource_id"])


def in_progress(db: Connection, service: str, key: str) -> bool:
    """Whether a request with the key has arrived and has not come to its end, whoever still listens."""
    row = db.execute(
        "SELECT 1 FROM calls WHERE service = ? AND key = ? AND ended_at IS NULL AND state <> 'lost'",
        (service, key),
    ).fetchone()
    return row is not None
