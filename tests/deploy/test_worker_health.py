"""The health check of a worker's container: whether the server sees it ask for work."""

import asyncio
import os
import sys
from pathlib import Path

from deploy.parse import ROOT
from runtime.dev_server import DevServer
from tests.worker_process import WorkerProcess


async def health(environment: dict[str, str]) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.worker_health"),
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return process.returncode, said.decode()


async def test_a_worker_that_polls_is_healthy(dev_server: DevServer, task_queue: str, tmp_path: Path) -> None:
    """The worker of this machine is seen on its task queue, and on no other."""
    environment = {"TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}
    async with WorkerProcess(environment, log=tmp_path / "worker.log"):
        assert await health(environment) == (0, "")
        status, said = await health({**environment, "TASK_QUEUE": f"{task_queue}-other"})

    assert status == 1
    assert said.splitlines() == [
        f"The server has not seen the worker of this machine ask for {kind}."
        for kind in ("workflows", "activities")
    ]


async def test_a_worker_without_a_server_is_not_healthy() -> None:
    """The answer is one line, and comes in time."""
    status, said = await health({"TEMPORAL_ADDRESS": "127.0.0.1:1"})

    assert status == 1
    assert said.startswith("No Temporal server answers at 127.0.0.1:1")
