"""The development server as a child process: its life, its file, its speed."""

import asyncio
import os
import signal
import socket
import sys
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import Worker

from runtime.dev_server import HOST, DevServer, PortTaken, ServerStartFailed
from runtime.server import TemporalCli, find_executable
from tests.runtime.flows import ShortNap
from tests.runtime.machine import ROOT

OUTLIVED = """
import asyncio, pathlib, sys
from runtime.dev_server import DevServer

async def main() -> None:
    async with DevServer(pathlib.Path(sys.argv[1]), db_file=pathlib.Path(sys.argv[2])) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def server(cli: TemporalCli, tmp_path: Path) -> AsyncIterator[DevServer]:
    async with DevServer(cli.path, db_file=tmp_path / "temporal.db", ui_port=0) as server:
        yield server


async def test_it_serves_when_it_has_started(server: DevServer) -> None:
    """A started server takes a workflow and shows its Web UI."""
    await _start_workflow(server)
    assert server.ui_url
    page = await asyncio.to_thread(urllib.request.urlopen, server.ui_url)

    assert 200 == page.status


@pytest.mark.parametrize("ending", [DevServer.stop, DevServer.kill])
async def test_flows_survive_its_end(
    server: DevServer, ending: Callable[[DevServer], Awaitable[None]]
) -> None:
    """After an orderly end and after SIGKILL the workflow is there again, at the same address."""
    workflow_id = await _start_workflow(server)
    await ending(server)
    assert server.pid is None
    await server.start()
    client = await Client.connect(server.address)
    found = await client.get_workflow_handle(workflow_id).describe()

    assert WorkflowExecutionStatus.RUNNING == found.status


async def test_its_settings_make_short_timers_short(server: DevServer) -> None:
    """A timer of 50 ms does not take the second that an untouched server gives it."""
    client = await Client.connect(server.address)
    async with Worker(client, task_queue="naps", workflows=[ShortNap]):
        times = [await _time_of_a_nap(client) for _ in range(3)]

    assert min(times) < 0.8


async def test_only_this_machine_reaches_it(server: DevServer) -> None:
    """Every port that it listens on is on the loopback interface."""
    assert server.pid
    listening = [c.laddr for c in psutil.Process(server.pid).net_connections() if c.status == "LISTEN"]

    assert {HOST} == {address.ip for address in listening}


async def test_a_taken_port_is_named(cli: TemporalCli, tmp_path: Path) -> None:
    """Who listens there already is not taken for our server."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]

        with pytest.raises(PortTaken, match=f"Port {port} on {HOST} is taken"):
            await DevServer(cli.path, db_file=tmp_path / "temporal.db", port=port).start()


async def test_a_server_that_ends_at_once_is_told_with_its_last_words(
    cli: TemporalCli, tmp_path: Path
) -> None:
    """A file that is no database ends the server, and the error says so."""
    broken = tmp_path / "temporal.db"
    broken.write_text("no database, but long enough to have a header that a database does not have" * 9)

    with pytest.raises(ServerStartFailed, match="not a database"):
        await DevServer(cli.path, db_file=broken).start()


async def test_ctrl_c_does_not_reach_it(server: DevServer) -> None:
    """A terminal sends Ctrl-C to a process group, and the server is in another one."""
    assert server.pid

    assert os.getpgid(0) != os.getpgid(server.pid)


async def test_it_does_not_outlive_its_parent(cli: TemporalCli, tmp_path: Path) -> None:
    """When the process that started it is killed, the server is gone too."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", OUTLIVED, str(cli.path), str(tmp_path / "temporal.db")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout
    server = psutil.Process(int(await parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, [server], timeout=10)

    assert [] == alive


async def _start_workflow(server: DevServer) -> str:
    client = await Client.connect(server.address)
    handle = await client.start_workflow("Anything", id=f"flow-{uuid.uuid4()}", task_queue="nobody")
    return handle.id


async def _time_of_a_nap(client: Client) -> float:
    started = time.monotonic()
    await client.execute_workflow(ShortNap.run, id=f"nap-{uuid.uuid4()}", task_queue="naps")
    return time.monotonic() - started


async def test_a_port_that_somebody_was_quicker_to_take(tmp_path: Path) -> None:
    """A server whose port was free when it was made, and is not when it starts, takes another one."""
    server = DevServer(find_executable().path, db_file=tmp_path / "temporal.db")
    lost = server.port

    with socket.create_server((HOST, lost)):
        async with server:
            assert server.port != lost
