"""Serves the stand-ins on one socket, says when it is ready, and stops at once when it is told to."""

import asyncio
import socket
import sys
from datetime import timedelta
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.backstage import calls, faults, ledger, retention
from services.backstage.application import application
from services.backstage.operations import Service
from services.backstage.ssh import Network, SshDoor
from services.backstage.stage import Stage
from services.backstage.storage import Storage

KEEP_ALIVE_SECONDS = 75  # longer than client pools keep an idle connection, lest both ends race to close it
GRACE_SECONDS = 3


class StandInServer(uvicorn.Server):
    """uvicorn with a ready line, and with the ends of the stage tied to its own."""

    def __init__(self, stage: Stage, network: Network | None, address: str) -> None:
        """The hosts of `network` listen on the same address."""
        app = application(stage)
        config = uvicorn.Config(
            app,
            http=HttpToolsProtocol,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # the client's address is how its connection is found
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._stage = stage
        self._door = SshDoor(app, network, address) if network else None
        self._opening: asyncio.Task[None] | None = None
        stage.hang_up = self.hang_up

    def hang_up(self, client: tuple[str, int]) -> None:
        """Closes the connection from this address; the bytes that were written before still arrive."""
        for connection in self.server_state.connections:
            if isinstance(connection, HttpToolsProtocol) and connection.client == client:
                connection.transport.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            host, port = listening.getsockname()[:2]
            sys.stdout.write(f"stand-ins listening on http://{host}:{port}\n")
        sys.stdout.flush()
        if self._door:
            self._opening = asyncio.create_task(self._door.open())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stage.close()
        if self._door and self._opening:
            await asyncio.wait({self._opening})
            self._door.close()
        await super().shutdown(sockets)


def serve(
    services: tuple[Service, ...],
    storage: Storage,
    listening: socket.socket,
    *,
    key_retention: timedelta | None = None,
    network: Network | None = None,
) -> None:
    """Returns after SIGTERM or SIGINT."""
    stage, address = Stage(storage, services, key_retention), listening.getsockname()[0]
    StandInServer(stage, network, address).run(sockets=[listening])


def open_storage(path: Path, services: tuple[Service, ...]) -> Storage:
    """Raises StorageUnusable."""
    mine = (calls.SCHEMA, faults.SCHEMA, ledger.SCHEMA, retention.SCHEMA)
    return Storage(path, (*mine, *(service.schema for service in services)))
