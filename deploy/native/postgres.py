"""A PostgreSQL of its own in a temporary folder: Debian's programs, an own cluster, a loopback port, a password."""

import os
import pwd
import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.native.process import Process, run_to_end
from deploy.native.readiness import HOST, listens
from runtime.leash import die_with_parent

USER = "temporal"
UNPRIVILEGED = ("postgres", "nobody")
"""Who runs it where we are root, which PostgreSQL refuses to be."""


class Postgres:
    """One cluster, from `start` to `stop`."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs = programs
        self._data = folder / "postgres"
        self.port = port
        self.password_file = folder / "postgres-password"
        self.log = folder / "postgres.log"
        self._server = Process(
            "PostgreSQL",
            [programs / "postgres", "-D", self._data, *self._options()],
            log=self.log,
            ready=listens(port),
            leash=_unprivileged,
            farewell=signal.SIGINT,  # "fast": connections are ended, everything is written
        )

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",  # as in docker-compose.yml
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def environment(self) -> dict[str, str]:
        """For Temporal's scripts."""
        return {
            "SQL_HOST": HOST,
            "SQL_PORT": str(self.port),
            "SQL_USER": USER,
            "SQL_PASSWORD_FILE": str(self.password_file),
        }

    async def start(self) -> None:
        """Makes the cluster and serves it. Raises ProcessFailed."""
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_hex(16))
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (self.password_file, self._data):
                shutil.chown(path, _account().pw_uid, _account().pw_gid)
        await run_to_end("initdb", _unprivileged(self._initdb()), log=self.log)
        await self._server.start()

    def _initdb(self) -> list[str | Path]:
        authentication: list[str | Path] = [
            "--username",
            USER,
            "--pwfile",
            self.password_file,
            "--auth",
            "scram-sha-256",
        ]
        kind = ["--encoding=UTF8", "--no-locale"]
        return [self._programs / "initdb", *authentication, *kind, self._data]

    async def stop(self) -> None:
        await self._server.stop()


def _account() -> pwd.struct_passwd:
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(accounts[name] for name in UNPRIVILEGED if name in accounts)


def _unprivileged(command: Sequence[str | Path]) -> list[str]:
    """The command line that runs it as another user than root, and for as long as this process lives, at most.

    The kernel forgets the leash of runtime.leash when the user changes, so `setpriv` ties its own. SIGQUIT lets
    PostgreSQL end at once, but clean up its shared memory.
    """
    if not sys.platform.startswith("linux"):
        return die_with_parent(command)
    words = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        account = _account()
        words += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
    return [*words, "--", *(os.fspath(word) for word in command)]
