"""`python -m services`: runs all stand-ins in one process until it is told to stop."""

import argparse
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import FrameType

from services.backstage.describe import describe
from services.backstage.server import open_storage, serve
from services.backstage.ssh import Network
from services.backstage.storage import StorageUnusable
from services.catalogue import SERVICES
from services.hosts import SHELL

DEFAULT_DB = Path("var/stand-ins.db")
LONGEST_RETENTION = timedelta(days=10_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after SIGTERM or SIGINT, 1 when the address or the file cannot be used."""
    options = _parser().parse_args(arguments)
    if options.describe:
        describe(SERVICES, options.describe, f"http://{options.host}:{options.port}")
        return 0
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _exit)
    try:
        options.db.parent.mkdir(parents=True, exist_ok=True)
        listening = socket.create_server((options.host, options.port), backlog=1024)
        storage = open_storage(options.db, SERVICES)
    except (OSError, StorageUnusable) as failure:
        sys.stderr.write(f"the stand-ins cannot start: {failure}\n")
        return 1
    serve(
        SERVICES,
        storage,
        listening,
        key_retention=options.key_retention,
        network=Network(SHELL, options.hosts or options.db.with_suffix(".hosts"), options.advertise),
    )
    storage.close()
    return 0


def _exit(_signal: int, _frame: FrameType | None) -> None:
    """Before the server runs, and once more when uvicorn hands the signal back after its shutdown."""
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--db", type=Path, default=DEFAULT_DB, help="SQLite file (default: %(default)s)")
    parser.add_argument(
        "--advertise",
        metavar="HOST",
        help="the name by which others reach the hosts (default: that of --host)",
    )
    parser.add_argument(
        "--hosts",
        type=Path,
        metavar="FOLDER",
        help="where the hosts keep their keys, and say how they are reached (default: beside the SQLite file)",
    )
    parser.add_argument(
        "--key-retention",
        type=_seconds,
        metavar="SECONDS",
        help="forget keys that are so old, and do again what is asked under them (default: never)",
    )
    parser.add_argument(
        "--describe", type=Path, metavar="FOLDER", help="write the OpenAPI documents, run nothing"
    )
    return parser


def _seconds(text: str) -> timedelta:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_RETENTION.total_seconds():
        raise argparse.ArgumentTypeError(f"expected 0 to {LONGEST_RETENTION.total_seconds():.0f} seconds")
    return timedelta(seconds=seconds)


if __name__ == "__main__":
    sys.exit(main())
