"""Connecting to the server that the environment names, and what is said where that fails."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.client import ConnectionMisconfigured, connect
from runtime.dev_server import DevServer, free_port
from runtime.refusals import Unreachable
from runtime.server import TemporalCli
from saga import SAGA_STATUS, SAGA_WAITING_FOR
from tests.worker_process import ROOT


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Somebody listens there, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_no_server_is_told_with_the_way_to_start_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence says the address and the reason, the next one what to do."""
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(Unreachable) as caught:
        await connect("test")

    said = str(caught.value)
    assert said.startswith(f"No Temporal server answers at {address} (connection refused).")
    assert "temporal server start-dev" in said
    assert "\n" not in said


def test_a_silent_server_is_given_up_in_three_seconds(silent_port: int) -> None:
    """And the program ends, with nothing on its streams but what it says itself."""
    program = (
        "import asyncio, time\n"
        "from runtime.client import connect\n"
        "from runtime.ending import leave\n"
        "from runtime.refusals import Unreachable\n"
        "began = time.monotonic()\n"
        "try:\n"
        "    asyncio.run(connect('test'))\n"
        "except Unreachable as error:\n"
        "    print(error)\n"
        "    leave(3 if time.monotonic() - began < 3 else 1)\n"
    )
    environment = {"TEMPORAL_ADDRESS": f"127.0.0.1:{silent_port}"}
    command = [sys.executable, "-c", program]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30
    )

    assert 3 == run.returncode
    assert run.stdout.startswith(f"No Temporal server answers at 127.0.0.1:{silent_port} (no answer within")
    assert (1, "") == (run.stdout.count("\n"), run.stderr)


async def test_another_service_is_not_taken_for_a_server(
    monkeypatch: pytest.MonkeyPatch, cli: TemporalCli, tmp_path: Path
) -> None:
    """A web server listens there: the Web UI's, whose port is easily taken for the other."""
    async with DevServer(cli.path, db_file=tmp_path / "temporal.db", ui_port=0) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{server.ui_port}")
        with pytest.raises(Unreachable, match="what listens there is no Temporal server"):
            await connect("test")


async def test_an_address_that_is_none_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, since no server will ever answer there."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "not an address")
    with pytest.raises(ConnectionMisconfigured, match="'not an address' is not an address"):
        await connect("test")


async def test_a_profile_that_does_not_exist_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is one whose file cannot be read; the message names it."""
    monkeypatch.setenv("TEMPORAL_PROFILE", "nowhere")
    with pytest.raises(ConnectionMisconfigured, match="Profile 'nowhere' not found"):
        await connect("test")


async def test_a_profile_names_the_server(
    monkeypatch: pytest.MonkeyPatch, dev_server: DevServer, tmp_path: Path
) -> None:
    """The file that Temporal's own tools read serves here too."""
    (tmp_path / "temporal.toml").write_text(
        f'[profile.staging]\naddress = "{dev_server.address}"\nnamespace = "default"\n'
    )
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    monkeypatch.setenv("TEMPORAL_PROFILE", "staging")
    client = await connect("test")

    assert await client.service_client.check_health()


async def test_the_web_ui_can_tell_who_is_connected(
    monkeypatch: pytest.MonkeyPatch, dev_server: DevServer
) -> None:
    """The identity is program, process and machine."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    client = await connect("test")

    assert client.identity.startswith("test ")
    assert client.identity.endswith(f"@{socket.gethostname()}")


async def test_a_server_is_prepared_on_request(
    monkeypatch: pytest.MonkeyPatch, cli: TemporalCli, tmp_path: Path
) -> None:
    """The saga's search attributes are known when `connect` returns, and doing it again changes nothing."""
    async with DevServer(cli.path, db_file=tmp_path / "temporal.db") as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        await connect("test", prepare=True)
        client = await connect("test", prepare=True)
        query = f"{SAGA_STATUS.name} = 'running' AND {SAGA_WAITING_FOR.name} = 'approval:x'"

        assert 0 == (await client.count_workflows(query)).count


async def test_prepared_means_that_a_flow_can_start(
    monkeypatch: pytest.MonkeyPatch, cli: TemporalCli, tmp_path: Path, task_queue: str
) -> None:
    """A server for production learns of a new search attribute only when it next reads its namespaces."""
    as_in_production = {"system.forceSearchAttributesCacheRefreshOnRead": False}
    async with DevServer(
        cli.path, db_file=tmp_path / "temporal.db", dynamic_config=as_in_production
    ) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        client = await connect("test", prepare=True)
        attributes = TypedSearchAttributes([SearchAttributePair(SAGA_STATUS, "running")])
        handle = await client.start_workflow(
            "order", id="first", task_queue=task_queue, search_attributes=attributes
        )

        assert WorkflowExecutionStatus.RUNNING == (await handle.describe()).status


async def test_a_missing_namespace_is_named(monkeypatch: pytest.MonkeyPatch, dev_server: DevServer) -> None:
    """With the variable that chose it, and the command that makes it."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "elsewhere")
    with pytest.raises(ConnectionMisconfigured, match=r"has no namespace 'elsewhere'.*TEMPORAL_NAMESPACE"):
        await connect("test", prepare=True)
