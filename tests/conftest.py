"""Real servers for the tests: a time-skipping one, and a development server on its file, each started once."""

import gc
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.dev_server import DevServer
from runtime.server import find_executable
from runtime.time_skipping import find_time_skipping_server
from saga import SagaPlugin, register

START_BOUND = timedelta(seconds=60)


@pytest.fixture(scope="session", autouse=True)
def _collected() -> Iterator[None]:
    """A process that ran a worker may crash at interpreter exit unless it collects garbage first."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server on which months pass in seconds while nothing happens; one for each module.

    Nothing on it may cancel a call: where the call ends at that very moment, this server (not a real one) answers
    `ACTIVITY_UNKNOWN`, the flow hangs, and time is not skipped any more, for all tests that follow. A cancelled flow
    with running calls, and parallel legs of which one fails, belong on the development server. What an earlier test
    has left behind goes through all the months that a later one skips: hence no server for all.
    """
    server = find_time_skipping_server()
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server),
        test_server_startup_timeout=START_BOUND,
        plugins=[SagaPlugin()],
    ) as environment:
        await register(environment.client)
        yield environment


@pytest.fixture(scope="session")
async def dev_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DevServer]:
    """A development server as users start it, on its database file."""
    folder: Path = tmp_path_factory.mktemp("dev-server")
    async with DevServer(find_executable().path, db_file=folder / "temporal.db") as server:
        yield server


@pytest.fixture(scope="session")
async def client(dev_server: DevServer) -> Client:
    """A client of the development server, with the saga's plugin and search attributes."""
    client = await Client.connect(dev_server.address, plugins=[SagaPlugin()])
    await register(client)
    return client


@pytest.fixture
def task_queue() -> str:
    """A task queue that no other test uses."""
    return f"test-{uuid.uuid4()}"


SLOW = frozenset({"docs", "demo", "crash", "crash_kit", "benchmarks", "chaos", "soak"})
"""Folders of few tests that take long each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those first, so that no process ends with one of them while the others have nothing left to do."""
    items.sort(key=lambda item: not SLOW & set(item.path.parts))
