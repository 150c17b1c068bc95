"""What runs in which network: Temporal and the public worker outside, private services inside, one worker between."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.native.process import Process
from deploy.native.readiness import Ready, says
from deploy.private_network.namespaces import INWARDS, SERVER, SERVICES, Networks
from runtime.dev_server import HOST, DevServer
from runtime.leash import die_with_parent

ROOT = Path(__file__).parents[2]
SERVER_PORT = 7233
STAND_INS_PORT = 8090
ADDRESS = f"{SERVER}:{SERVER_PORT}"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - of its network; the development server takes no other address than this
PRIVATE_URL = f"http://{SERVICES}:{STAND_INS_PORT}"
PUBLIC_ENVIRON = {"TEMPORAL_ADDRESS": ADDRESS, "WORKER_GRACE_PERIOD": "1s"}


@dataclass(frozen=True)
class Parts:
    """Everything is up. `hosts` is where the hosts of the private network are reached by SSH."""

    networks: Networks
    private_worker: Process
    hosts: tuple[str, ...]


async def said_by(command: Sequence[str], *, environ: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit status, and all that was said."""
    process = await asyncio.create_subprocess_exec(
        *die_with_parent(command),
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode(errors="replace")


@asynccontextmanager
async def open_parts(
    networks: Networks, folder: Path, cli: Path, *, public_role: Sequence[str]
) -> AsyncGenerator[Parts]:
    """`public_role` is what the public worker is started with beyond its name. Raises ProcessFailed."""
    hosts = folder / "private.hosts"
    private_worker = _worker(networks.between, networks, folder, "private", ["--private"], _private(hosts))
    started = (
        (_server(networks, folder, cli),),
        (
            _stand_ins(networks.public, networks, folder, "public", HOST),
            _stand_ins(networks.private, networks, folder, "private", SERVICES),
        ),
        (
            _worker(networks.public, networks, folder, "public", public_role, PUBLIC_ENVIRON),
            private_worker,
        ),
    )
    async with AsyncExitStack() as stack:
        for together in started:
            for process in together:
                stack.push_async_callback(process.stop)
            await asyncio.gather(*(process.start() for process in together))
        yield Parts(networks, private_worker, await _ports(hosts))


def _private(hosts: Path) -> dict[str, str]:
    """All that the private worker is told."""
    return {
        **PUBLIC_ENVIRON,
        "ERP_URL": f"{PRIVATE_URL}/erp",
        "DIRECTORY_URL": f"{PRIVATE_URL}/directory",
        "HOSTS_FOLDER": str(hosts),
        "DATABASE_URL": f"sqlite:///{hosts}/inventory.db",
        "FILES_ROOT": str(hosts / "folders"),
        "CALLBACK_HOST": INWARDS,
    }


def _server(networks: Networks, folder: Path, cli: Path) -> Process:
    server = DevServer(cli, db_file=folder / "temporal.db", port=SERVER_PORT)
    command = [EVERYWHERE if word == HOST else word for word in server.command()]
    health = networks.inside(networks.public, [cli, "operator", "cluster", "health", "--address", ADDRESS])

    async def ready() -> bool:
        return (await said_by(health))[0] == 0

    return Process(
        "The Temporal server",
        networks.inside(networks.public, command),
        log=folder / "temporal.log",
        ready=ready,
    )


def _stand_ins(network: str, networks: Networks, folder: Path, name: str, host: str) -> Process:
    log = folder / f"{name}-stand-ins.log"
    arguments = ["--host", host, "--port", str(STAND_INS_PORT), "--db", str(folder / f"{name}.db")]
    return Process(
        f"The {name} stand-ins",
        networks.inside(network, [sys.executable, "-m", "services", *arguments]),
        log=log,
        environ={"PYTHONPATH": str(ROOT)},
        ready=_ready("stand-ins listening on", log),
    )


def _worker(
    network: str,
    networks: Networks,
    folder: Path,
    name: str,
    role: Sequence[str],
    environ: Mapping[str, str],
) -> Process:
    log = folder / f"{name}-worker.log"
    return Process(
        f"The {name} worker",
        networks.inside(network, [sys.executable, ROOT / "worker.py", *role]),
        log=log,
        environ=environ,
        ready=_ready("worker ready", log),
    )


def _ready(text: str, log: Path) -> Ready:
    log.touch()
    return says(text, log)


async def _ports(hosts: Path) -> tuple[str, ...]:
    """The hosts write them down when they can be reached."""
    while not (hosts / "inventory.toml").exists():  # noqa: ASYNC110 - nobody announces it
        await asyncio.sleep(0.05)
    ports: dict[str, int] = json.loads((hosts / "ports.json").read_text())
    return tuple(f"{SERVICES}:{port}" for port in ports.values())
