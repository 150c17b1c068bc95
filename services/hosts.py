"""The hosts of a private network: web servers and a database server, whose services are upgraded, stopped and started.

Callers come by SSH (services/backstage/ssh.py), and type `svcctl`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.ssh import Shell, Verb
from services.backstage.storage import new_id

BROKEN_SUFFIX = ".13"
UNPUBLISHED_PREFIX = "0."

INSTALLED = {
    **{(f"web-{number}", "shop"): "1.4.2" for number in range(1, 6)},
    ("db-1", "ledger"): "3.1.0",
}
NAMES = tuple(sorted({host for host, _ in INSTALLED}))

NO_SUCH_SERVICE = ProblemType("no-such-service", 404, "The service is not installed on the host")
VERSION_UNKNOWN = ProblemType("version-unknown", 422, "There is no such version")
ALREADY_STOPPED = ProblemType("already-stopped", 409, "The service is stopped already")
SERVICE_UNHEALTHY = ProblemType("service-unhealthy", 409, "The service does not run as it should")

hosts = Service(
    name="hosts",
    description=f"Services on hosts. Versions that begin with `{UNPUBLISHED_PREFIX}` are not published; one that ends in "
    f"`{BROKEN_SUFFIX}` can be installed and is not healthy. Callers come by SSH.",
    schema="""
CREATE TABLE IF NOT EXISTS host_upgrades (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, host TEXT NOT NULL, service TEXT NOT NULL,
    version TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS host_stops (
    id TEXT PRIMARY KEY, host TEXT NOT NULL, service TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
""",
)

State = Literal["running", "stopped", "failed"]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class UpgradeRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"host": "web-1", "service": "shop", "version": "1.5.0"}]}
    )

    host: Name
    service: Name
    version: Name


class StopRequest(RequestBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"host": "web-1", "service": "shop"}]})

    host: Name
    service: Name


class Upgrade(Resource):
    host: str
    service: str
    version: str
    status: Literal["installed", "rolled_back"]


class Stop(Resource):
    host: str
    service: str
    status: Literal["stopped", "started"]


class Installed(Resource):
    """What a host says of one of its services."""

    host: str
    version: str
    status: State


@hosts.step("/upgrades", operation_id="upgradeService", refusals=(VERSION_UNKNOWN, NO_SUCH_SERVICE))
def upgrade_service(db: Connection, body: UpgradeRequest) -> Upgrade:
    """Install a version of a service, and start it."""
    _known(body.host, body.service)
    if body.version.startswith(UNPUBLISHED_PREFIX):
        raise Refused(VERSION_UNKNOWN, f"{body.service} {body.version} is not published")
    upgrade_id = new_id("upg")
    db.execute(
        "INSERT INTO host_upgrades (id, host, service, version, status) VALUES (?, ?, ?, ?, 'installed')",
        (upgrade_id, body.host, body.service, body.version),
    )
    return Upgrade(id=upgrade_id, **body.model_dump(), status="installed")


@hosts.compensation(
    "/upgrades/roll-back",
    operation_id="rollBackService",
    undoes="upgradeService",
    done="rolled_back",
    nothing="nothing_to_roll_back",
)
def roll_back_service(db: Connection, upgrade_id: str) -> None:
    """Bring back the version that was installed before."""
    db.execute("UPDATE host_upgrades SET status = 'rolled_back' WHERE id = ?", (upgrade_id,))


@hosts.step("/stops", operation_id="stopService", refusals=(ALREADY_STOPPED, NO_SUCH_SERVICE))
def stop_service(db: Connection, body: StopRequest) -> Stop:
    """Stop a service."""
    _known(body.host, body.service)
    if _stopped(db, body.host, body.service):
        raise Refused(ALREADY_STOPPED, f"{body.service} on {body.host} is stopped")
    stop_id = new_id("stp")
    db.execute("INSERT INTO host_stops VALUES (?, ?, ?, 'stopped')", (stop_id, body.host, body.service))
    return Stop(id=stop_id, host=body.host, service=body.service, status="stopped")


@hosts.compensation(
    "/stops/start",
    operation_id="startService",
    undoes="stopService",
    done="started",
    nothing="nothing_to_start",
)
def start_service(db: Connection, stop_id: str) -> None:
    """Start a service again that was stopped under a key."""
    db.execute("UPDATE host_stops SET status = 'started' WHERE id = ?", (stop_id,))


@hosts.read("/installed/{host}/{service}", operation_id="getService", refusals=(NO_SUCH_SERVICE, NOT_FOUND))
def get_service(db: Connection, host: str, service: str) -> Installed:
    """Which version of a service a host has, and whether it runs."""
    _known(host, service)
    newest = db.execute(
        "SELECT version FROM host_upgrades WHERE host = ? AND service = ? AND status = 'installed' "
        "ORDER BY number DESC LIMIT 1",
        (host, service),
    ).fetchone()
    version = newest["version"] if newest else INSTALLED[host, service]
    status: State = "failed" if version.endswith(BROKEN_SUFFIX) else "running"
    return Installed(
        id=service, host=host, version=version, status="stopped" if _stopped(db, host, service) else status
    )


@hosts.read(
    "/healthy/{host}/{service}/{version}",
    operation_id="verifyService",
    refusals=(SERVICE_UNHEALTHY, NO_SUCH_SERVICE, NOT_FOUND),
)
def verify_service(db: Connection, host: str, service: str, version: str) -> Installed:
    """The same, if it is this version, and runs."""
    found = get_service(db, host, service)
    if found.status != "running" or found.version != version:
        raise Refused(SERVICE_UNHEALTHY, f"{service} {found.version} on {host} is {found.status}")
    return found


def _known(host: str, service: str) -> None:
    if (host, service) not in INSTALLED:
        raise Refused(NO_SUCH_SERVICE if host in NAMES else NOT_FOUND, f"{host} has no {service}")


def _stopped(db: Connection, host: str, service: str) -> bool:
    return bool(
        db.execute(
            "SELECT 1 FROM host_stops WHERE host = ? AND service = ? AND status = 'stopped'", (host, service)
        ).fetchone()
    )


def lay_out(folder: Path) -> None:
    """A database with what is installed where, a register of changes, and a folder for reports."""
    (folder / "folders" / "reports").mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "inventory.db")) as db:
        db.executescript(
            "CREATE TABLE IF NOT EXISTS services (host TEXT, service TEXT, owner TEXT, PRIMARY KEY (host, service));"
            "CREATE TABLE IF NOT EXISTS changes (key TEXT PRIMARY KEY, change_id TEXT NOT NULL, state TEXT NOT NULL);"
        )
        rows = [(host, service, "shop-team") for host, service in INSTALLED]
        db.executemany("INSERT OR IGNORE INTO services VALUES (?, ?, ?)", rows)
        db.commit()


SHELL = Shell(
    service=hosts,
    hosts=NAMES,
    program="svcctl",
    verbs={
        "status": Verb("getService", ("service",)),
        "verify": Verb("verifyService", ("service", "version")),
        "upgrade": Verb("upgradeService", ("service", "version")),
        "roll-back": Verb("rollBackService", ("service", "version")),
        "stop": Verb("stopService", ("service",)),
        "start": Verb("startService", ("service",)),
    },
    lay_out=lay_out,
)
"""What can be typed on the hosts."""
