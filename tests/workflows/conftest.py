"""A worker in this process, and the stand-ins that its activities call."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.callback_receiver import open_callbacks
from activities.callback_settings import CallbackSettings
from activities.registry import open_activities, open_private_activities
from catalogue import CATALOGUE
from models.queues import PRIVATE_QUEUE
from runtime.events import EventSender
from runtime.hinting import hints_to
from runtime.identity import Actor
from runtime.links import WebUi
from saga import SagaPlugin
from settings import DOWNSTREAMS, PRIVATE_DOWNSTREAMS, PrivateSettings, Settings
from tests.standins import StandIns
from tests.workflows.playing import Playing
from workflows.arazzo import ArazzoWorkflow

TASK_QUEUE = "flows"
READ_TIMEOUT = timedelta(seconds=0.5)
HELD_FOR = timedelta(seconds=15)
WEB_UI = WebUi("http://127.0.0.1:8233", "default")


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture(scope="module")
async def worker(client: Client, stand_ins: StandIns) -> AsyncIterator[Worker]:
    """Serves all flows; its calls time out quickly."""
    async with serving(client, stand_ins) as running:
        yield running


@pytest.fixture
def playing(client: Client, stand_ins: StandIns, worker: Worker) -> Playing:
    """On the development server."""
    return Playing(client, stand_ins, worker.task_queue)


@pytest.fixture(scope="module")
async def unhurried(client: Client, stand_ins: StandIns) -> AsyncIterator[Playing]:
    """On the development server, for calls that a test holds: nobody gives them up meanwhile."""
    queue = f"{TASK_QUEUE}-unhurried"
    async with serving(client, stand_ins, task_queue=queue, read_timeout=HELD_FOR):
        yield Playing(client, stand_ins, queue)


@pytest.fixture(scope="module")
async def patient(time_skipping: WorkflowEnvironment, stand_ins: StandIns) -> AsyncIterator[Playing]:
    """On the time-skipping server, for flows that wait for long. They must not cancel a call: see `time_skipping`."""
    async with serving(time_skipping.client, stand_ins) as worker:
        yield Playing(time_skipping.client, stand_ins, worker.task_queue, skip=time_skipping.sleep)


@asynccontextmanager
async def serving(
    client: Client,
    stand_ins: StandIns,
    *,
    task_queue: str = TASK_QUEUE,
    read_timeout: timedelta = READ_TIMEOUT,
    cached: int = 1_000,
    more: Sequence[type] = (),
) -> AsyncGenerator[Worker]:
    """A worker for all flows, and those `more`, and one for the private network; their calls time out after `read_timeout`.

    One that is to be restarted on the time-skipping server has none `cached`: that one asks nobody else before long.
    There is one private queue for all: play flows with private steps by `playing` or by `unhurried`, not by both.
    Each has a client of its own, since a client has at most one worker of a queue.
    """
    client = await Client.connect(client.service_client.config.target_host, plugins=[SagaPlugin()])
    names = (*DOWNSTREAMS, *PRIVATE_DOWNSTREAMS)
    endpoints = {name: {"url": f"{stand_ins.url}/{name}", "read_timeout": read_timeout} for name in names}
    async with AsyncExitStack() as opened:
        events = EventSender(
            client, CATALOGUE["ticket-sync"], task_queue=task_queue, by=Actor(by="ticket-feed")
        )
        hosts = {"allowed_hosts": "127.0.0.1"}
        settings = Settings.model_validate({**endpoints, "arazzo": hosts})
        opening = open_activities(settings, link=WEB_UI.execution, deliver=events.send)
        activities = await opened.enter_async_context(opening)
        flows = [*CATALOGUE.workflows, ArazzoWorkflow, *more]
        running = Worker(
            client,
            task_queue=task_queue,
            workflows=flows,
            activities=activities,
            max_cached_workflows=cached,
        )
        await opened.enter_async_context(running)
        hearing = open_callbacks(CallbackSettings(), hints_to(client))
        callbacks = await opened.enter_async_context(hearing)
        private_settings = PrivateSettings.model_validate({**endpoints, **stand_ins.reach(read_timeout)})
        reach = open_private_activities(private_settings, callbacks=callbacks)
        private = await opened.enter_async_context(reach)
        beside = Worker(client, task_queue=PRIVATE_QUEUE, activities=private)
        await opened.enter_async_context(beside)
        yield running
