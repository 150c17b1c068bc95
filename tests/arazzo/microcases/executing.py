"""Plays a micro-case durably: by a worker, on a Temporal server, with its service asked over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.worker import Worker

from activities.registry import open_activities
from arazzo.plan import Plan
from arazzo.run_input import RunInput
from arazzo.type_names import type_of
from runtime.links import WebUi
from saga import SagaPlugin
from saga.messages import Event
from settings import DOWNSTREAMS, Settings
from tests.arazzo.microcases.cases import Case, Outcome
from tests.arazzo.microcases.mock import Mock, listening
from tests.standins import StandIns
from workflows.arazzo import ArazzoWorkflow
from workflows.arazzo_failures import outcome_in

TASK_QUEUE = "documents"
LOCAL = "127.0.0.1"
WEB_UI = WebUi(f"http://{LOCAL}:8233", "default")
READ_TIMEOUT = timedelta(seconds=5)


@dataclass(frozen=True)
class Executor:
    """A worker that carries documents out."""

    client: Client

    async def start(
        self,
        plan: Plan,
        inputs: dict[str, Any],
        servers: dict[str, str],
        *,
        event: Event | None = None,
        transfers: int = 0,
    ) -> WorkflowHandle[Any, Any]:
        """With an event that is there before anything else happens, or as one that has often gone on as another."""
        return await self.client.start_workflow(
            type_of(plan.root),
            RunInput(plan=plan, inputs=inputs, servers=servers, transfers=transfers),
            id=f"case-{uuid4()}",
            task_queue=TASK_QUEUE,
            start_signal="event" if event else None,
            start_signal_args=[event] if event else [],
        )

    async def execute(self, case: Case, mock: Mock) -> Outcome:
        """How the case ends."""
        async with listening(mock) as url:
            plan = case.plan()
            handle = await self.start(plan, case.filled(plan), {case.source(): url})
            return await outcome_of(handle, case.inputs)


async def outcome_of(handle: WorkflowHandle[Any, Any], inputs: dict[str, Any]) -> Outcome:
    """With the outputs of a run that has failed, too."""
    try:
        return Outcome(success=True, outputs=await handle.result())
    except WorkflowFailureError as failure:
        ended = outcome_in(failure.cause, inputs)
        return Outcome(success=ended.success, outputs=ended.outputs)


@asynccontextmanager
async def executing(client: Client, stand_ins: StandIns) -> AsyncGenerator[Executor]:
    """With a client of its own, since a client has at most one worker of a queue."""
    client = await Client.connect(client.service_client.config.target_host, plugins=[SagaPlugin()])
    endpoints = {
        name: {"url": f"{stand_ins.url}/{name}", "read_timeout": READ_TIMEOUT} for name in DOWNSTREAMS
    }
    settings = Settings.model_validate({**endpoints, "arazzo": {"allowed_hosts": LOCAL}})
    async with AsyncExitStack() as opened:
        activities = await opened.enter_async_context(open_activities(settings, link=WEB_UI.execution))
        worker = Worker(client, task_queue=TASK_QUEUE, workflows=[ArazzoWorkflow], activities=activities)
        await opened.enter_async_context(worker)
        yield Executor(client)
