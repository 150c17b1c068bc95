"""Temporal's own server on PostgreSQL, with its Web UI, started by the scripts that the containers run too."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.native.process import Process, run_to_end
from deploy.native.readiness import HOST, answers, listens

SCRIPTS = Path(__file__).parents[1] / "temporal"
SERVICES = ("FRONTEND", "HISTORY", "MATCHING", "WORKER")


class TemporalServer:
    """One process with all four services; `kill` and `start` play a crash, on the same ports."""

    def __init__(
        self, folder: Path, *, path: str, database: Mapping[str, str], next_port: Callable[[], int]
    ) -> None:
        """`path` leads to temporal-server, temporal-sql-tool and temporal."""
        ports = {f"{name}_{kind}_PORT": next_port() for name in SERVICES for kind in ("GRPC", "MEMBERSHIP")}
        self._folder = folder
        self.address = f"{HOST}:{ports['FRONTEND_GRPC_PORT']}"
        self._environ = {
            **database,
            **{name: str(port) for name, port in ports.items()},
            "BIND_ON_IP": HOST,
            "PATH": path,
            "TEMPORAL_ADDRESS": self.address,
        }
        self._process = Process(
            "The Temporal server",
            [SCRIPTS / "start-server.sh"],
            log=folder / "temporal.log",
            environ=self._environ,
            ready=listens(ports["FRONTEND_GRPC_PORT"]),
        )

    async def set_up_schema(self) -> None:
        await self._run("set-up-schema")

    async def create_namespace(self) -> None:
        """Returns when it is served."""
        await self._run("create-namespace")

    async def _run(self, script: str) -> None:
        log = self._folder / f"{script}.log"
        await run_to_end(script, [SCRIPTS / f"{script}.sh"], log=log, environ=self._environ)

    async def start(self) -> None:
        await self._process.start()

    async def kill(self) -> None:
        await self._process.kill()

    async def stop(self) -> None:
        await self._process.stop()


def web_ui(folder: Path, *, programs: Path, server: str, port: int) -> Process:
    """Temporal's Web UI, on the configuration that its image has too."""
    (folder / "ui").mkdir()
    (folder / "ui" / "base.yaml").write_text(
        f"host: {HOST}\n"
    )  # its image listens everywhere, as containers do
    shutil.copyfile(programs / "ui" / "docker.yaml", folder / "ui" / "docker.yaml")
    return Process(
        "The Web UI",
        [programs / "ui-server", "--root", folder, "--config", "ui", "--env", "docker", "start"],
        log=folder / "ui.log",
        environ={"TEMPORAL_ADDRESS": server, "TEMPORAL_UI_PORT": str(port)},
        ready=answers(f"http://{HOST}:{port}/healthz"),
    )


def search_path(*folders: Path) -> str:
    return os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
