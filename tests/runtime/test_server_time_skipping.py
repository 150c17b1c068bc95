"""The time-skipping server: had once, kept, and real."""

from pathlib import Path

import pytest
from jgo.maven import MavenContext
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from runtime.dev_server import HOST, free_port
from runtime.jars import fetch
from runtime.time_skipping import find_time_skipping_server
from runtime.toolchain import ServerNotFound
from tests.conftest import START_BOUND
from tests.runtime.flows import LongSleep
from tests.runtime.machine import Machine, real_environment


async def test_a_month_passes_at_once() -> None:
    """The SDK starts it from the path that is found, and it skips time."""
    path = str(find_time_skipping_server())
    async with (
        await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=path, test_server_startup_timeout=START_BOUND
        ) as environment,
        Worker(environment.client, task_queue="sleepers", workflows=[LongSleep]),
    ):
        result = await environment.client.execute_workflow(LongSleep.run, id="sleeper", task_queue="sleepers")

    assert "rested" == result


def test_it_is_kept_so_that_a_second_start_needs_no_network() -> None:
    """With the network gone, the same executable is found."""
    first = find_time_skipping_server()
    cut_off = real_environment(HTTPS_PROXY=f"http://{HOST}:{free_port()}")

    assert first == find_time_skipping_server(environ=cut_off)


def test_where_it_cannot_be_had_the_message_says_what_helps(machine: Machine) -> None:
    """No download and no Java: it says so, rather than skip the tests that need it."""
    with pytest.raises(ServerNotFound, match=r"(?s)there is no `java` on the path.*install Java 8 or later"):
        find_time_skipping_server(environ=machine.environ)


async def test_jars_without_java_are_of_no_use(machine: Machine) -> None:
    """The command fails when Maven cannot be reached, and names it."""
    machine.install("java", "echo openjdk 17")
    machine.install_temporal()
    process = await machine.run("runtime.server", "--tests")
    _, errors = await process.communicate()

    assert process.returncode
    assert b"Maven did not give the jars" in errors


def test_another_jar_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    """A file whose hash is not the lock's does not get onto the class path."""
    name = "io.temporal:temporal-test-server:1.38.0"
    jar = tmp_path / "io/temporal/temporal-test-server/1.38.0/temporal-test-server-1.38.0.jar"
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"another one")

    with pytest.raises(RuntimeError, match="is not the file that the lock pins"):
        fetch(name, "0" * 64, MavenContext(repo_cache=tmp_path), tmp_path / "into")
