"""What the directory keeps: the members of its groups, and the entitlements of its users."""

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection, Row

from services.backstage.callback import call_back
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import instant, now
from services.scim import Entitled, Entitlement, Group, Joined, Joining, Member, User

UNKNOWN_PREFIX = "unknown"
LOCKED_PREFIX = "locked"
SLOW_PREFIX, SILENT_PREFIX, STUCK_PREFIX = "slow", "silent", "stuck"
USER, GROUP = "usr-", "grp-"

TAKES = timedelta(seconds=0.3)
"""What a slow group needs to take a member."""

LOOKS = 2
"""How often a silent group is looked at until a member is seen."""

ALREADY_MEMBER = ProblemType("already-member", 409, "The user is a member of the group")
GROUP_LOCKED = ProblemType("group-locked", 409, "The group takes no new members")
NO_TARGET = ProblemType("no-target", 400, "There is nothing at the path of the operation")
ALREADY_ENTITLED = ProblemType("already-entitled", 409, "The user has an entitlement of this value")

SCHEMA = """
CREATE TABLE IF NOT EXISTS members (
    group_id TEXT, user_id TEXT, expires TEXT, since TEXT, looks INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entitlements (
    user_id TEXT, value TEXT, display TEXT NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (user_id, value)) WITHOUT ROWID;
"""


def add_member(db: Connection, group_id: str, member: Member, callback_url: str | None) -> Joined | Joining:
    """The primary key has one row for a member, so one that has expired makes room."""
    group = group_of(db, group_id)
    if group.displayName.startswith(LOCKED_PREFIX):
        raise Refused(GROUP_LOCKED, f"{group.displayName} takes no new members")
    if _row(db, group_id, member.value):
        raise Refused(ALREADY_MEMBER, f"{member.value} is, or is to be, a member of {group.displayName}")
    since, looks = _taken(group.displayName)
    db.execute(
        "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?)",
        (group_id, member.value, _text(member.expires), since, looks),
    )
    if group.displayName.startswith(SLOW_PREFIX) and callback_url:
        call_back(callback_url, after=TAKES.total_seconds())
    group = group_of(db, group_id)
    slow = group.displayName.startswith((SLOW_PREFIX, SILENT_PREFIX, STUCK_PREFIX))
    made = Joining if slow else Joined
    return made(**group.model_dump(), member=member.value)


def _taken(group: str) -> tuple[str | None, int]:
    """From when a new member is one, and how often it is not seen before that."""
    if group.startswith(STUCK_PREFIX):
        return None, 0
    if group.startswith(SLOW_PREFIX):
        return instant(datetime.now(UTC) + TAKES), 0
    return now(), LOOKS - 1 if group.startswith(SILENT_PREFIX) else 0


def remove_member(db: Connection, group_id: str, user_id: str) -> None:
    db.execute("DELETE FROM members WHERE group_id = ? AND user_id = ?", (group_id, user_id))


def expire_member(db: Connection, group_id: str, user_id: str, at: datetime) -> None:
    if not _row(db, group_id, user_id):
        raise Refused(NO_TARGET, f"{user_id} is no member of {group_id}")
    db.execute(
        "UPDATE members SET expires = ? WHERE group_id = ? AND user_id = ?", (_text(at), group_id, user_id)
    )


def _row(db: Connection, group_id: str, user_id: str) -> Row | None:
    """Of one who is a member, or is to be."""
    found: Row | None = db.execute(
        "SELECT * FROM members WHERE group_id = ? AND user_id = ? AND (expires IS NULL OR expires > ?)",
        (group_id, user_id, now()),
    ).fetchone()
    return found


def group_of(db: Connection, group_id: str) -> Group:
    at = now()
    rows = db.execute(
        "SELECT user_id AS value, expires FROM members WHERE group_id = ? AND since <= ? AND looks = 0 "
        "AND (expires IS NULL OR expires > ?) ORDER BY user_id",
        (group_id, at, at),
    )
    members = tuple(Member.model_validate(dict(row)) for row in rows)
    return Group(id=group_id, displayName=_name(GROUP, group_id), members=members)


def entitle(db: Connection, user_id: str, given: Entitlement) -> Entitled:
    if any(one.value == given.value for one in user_of(db, user_id).entitlements):
        raise Refused(ALREADY_ENTITLED, f"{user_id} has an entitlement {given.value}")
    db.execute("INSERT INTO entitlements VALUES (?, ?, ?, ?)", (user_id, *given.model_dump().values()))
    return Entitled(**user_of(db, user_id).model_dump(), value=given.value)


def disentitle(db: Connection, user_id: str, value: str) -> None:
    db.execute("DELETE FROM entitlements WHERE user_id = ? AND value = ?", (user_id, value))


def user_of(db: Connection, user_id: str) -> User:
    rows = db.execute(
        "SELECT value, display, type FROM entitlements WHERE user_id = ? ORDER BY value", (user_id,)
    )
    entitlements = tuple(Entitlement.model_validate(dict(row)) for row in rows)
    return User(id=user_id, userName=_name(USER, user_id), entitlements=entitlements)


def _name(prefix: str, resource_id: str) -> str:
    name = resource_id.removeprefix(prefix)
    if name == resource_id or name.startswith(UNKNOWN_PREFIX):
        raise Refused(NOT_FOUND, f"there is no {resource_id}")
    return name


def _text(at: datetime | None) -> str | None:
    return instant(at.astimezone(UTC)) if at else None
