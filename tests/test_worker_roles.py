"""The private worker and the public one: what each serves, what it is told, and what it does without."""

import signal
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from models.queues import PRIVATE_QUEUE
from runtime.dev_server import DevServer
from settings import DOWNSTREAMS, PRIVATE_DOWNSTREAMS
from tests.worker_streams import ended, line_of, spawn

PRIVATE = (*PRIVATE_DOWNSTREAMS, "hosts", "database", "files", "callback")


@pytest.fixture(name="environment")
def _environment(dev_server: DevServer, task_queue: str) -> dict[str, str]:
    return {"TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}


async def settings_of(*arguments: str) -> set[str]:
    """The groups of settings that the worker has."""
    worker = await spawn({"ERP_TOKEN": "s3cret", "PAYMENTS_TOKEN": "s3cret"}, *arguments, "--show-settings")
    said = (await worker.communicate())[0].decode()
    assert "s3cret" not in said
    names = [line.partition(" ")[0].lower() for line in said.splitlines()]
    return {group for group in (*DOWNSTREAMS, *PRIVATE) for name in names if name.startswith(f"{group}_")}


async def polled_by(client: Client, pid: int, task_queue: str) -> bool:
    """Whether the server sees the process ask for activities of the queue."""
    request = DescribeTaskQueueRequest(
        namespace="default",
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    pollers = (await client.workflow_service.describe_task_queue(request)).pollers
    return any(f" {pid}@" in poller.identity for poller in pollers)


@pytest.mark.parametrize(
    ("arguments", "groups"),
    [
        ((), set(DOWNSTREAMS)),
        (("--private",), set(PRIVATE)),
        (("--with-private",), {*DOWNSTREAMS, *PRIVATE}),
    ],
)
async def test_each_worker_has_its_own_settings_only(arguments: tuple[str, ...], groups: set[str]) -> None:
    """The public one knows neither where the private services are nor what opens them, and the other way round."""
    assert groups == await settings_of(*arguments)


async def test_the_private_worker_serves_one_queue(
    environment: dict[str, str], dev_server: DevServer, client: Client, task_queue: str
) -> None:
    """It says so, runs no flows, and leaves the public queue alone."""
    worker = await spawn(environment, "--private")
    ready = await line_of(worker.stdout)
    served = [await polled_by(client, worker.pid, queue) for queue in (PRIVATE_QUEUE, task_queue)]

    where = f"task queue {PRIVATE_QUEUE}; server {dev_server.address} (namespace default)"
    assert f"worker ready: private activities only; {where}" == ready
    assert [True, False] == served
    assert await ended(worker, signal.SIGTERM) == (0, "")


async def test_the_public_worker_serves_no_private_queue(
    environment: dict[str, str], client: Client, task_queue: str
) -> None:
    """Unless it is told to, where no network is private."""
    worker = await spawn(environment)
    await line_of(worker.stdout)
    served = [await polled_by(client, worker.pid, queue) for queue in (PRIVATE_QUEUE, task_queue)]

    assert [False, True] == served
    assert await ended(worker, signal.SIGTERM) == (0, "")


async def test_a_wrong_runbook_file_is_told_at_the_start(environment: dict[str, str], tmp_path: Path) -> None:
    """In one line, before anything is served."""
    file = tmp_path / "runbooks.toml"
    file.write_text("[runbooks.upgrade]\n")
    worker = await spawn({**environment, "HOSTS_RUNBOOKS": str(file)}, "--private")
    status, said = await ended(worker)

    assert (2, f"{file}: runbooks.upgrade.description: Field required") == (status, said)
