"""A stage for flows: a task queue, the world behind its activities, and workers that may be stopped and replaced."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import pytest
from pydantic import BaseModel
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import _Definition  # the SDK has no public name for it

from saga import Decision, FlowState, FlowStatus, Resolution
from saga.messages import Choice, Verdict
from tests.eventually import eventually
from tests.saga.flows import FLOWS, Plan
from tests.saga.world import World

PATIENCE = timedelta(seconds=30)
MOMENT = timedelta(milliseconds=100)
TASK = timedelta(seconds=2)
"""After so long the server gives a workflow task to a worker once more. Two cases need it: the SDK does not answer a
task that has failed twice, and with a cache of none it may drop one that comes together with a query."""
BEAT = timedelta(milliseconds=20)
"""How soon a call that beats hears of a cancel."""

RUNNER = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("tests"))
"""Without it each run imports the tests' flows anew, which is most of what it costs."""

Handle = WorkflowHandle[Any, Any]


@dataclass(frozen=True)
class End:
    """How a flow ended: by Temporal's word, by the type of what it failed with, and by its own status."""

    temporal: str
    cause: str | None
    state: FlowState


COMPLETED = End("COMPLETED", None, FlowState.COMPLETED)
CANCELLED = End("CANCELED", None, FlowState.CANCELLED)


def failed(cause: str | None, state: FlowState = FlowState.COMPENSATED) -> End:
    return End("FAILED", cause, state)


async def _machine_time() -> datetime:
    return datetime.now(UTC)


class Stage:
    """Its first flow starts a worker, unless `rest` was called; `cached=0` evicts each flow after each of its tasks."""

    def __init__(
        self,
        client: Client,
        *,
        cached: int = 100,
        skip: Callable[[timedelta], Awaitable[None]] | None = None,
        now: Callable[[], Awaitable[datetime]] = _machine_time,
    ) -> None:
        self.client = client
        self.world = World()
        self.task_queue = f"saga-{uuid.uuid4()}"
        self._cached = cached
        self._skip = skip
        self._now = now
        self._at_work = True
        self._flows: dict[str, type] = {}
        self._served: set[str] = set()
        self._workers = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.rest()

    # --- workers -------------------------------------------------------------------------------------------

    async def work(
        self, flows: Sequence[type] | None = None, *, activities: Sequence[Callable[..., Any]] | None = None
    ) -> Worker:
        """Start a worker, beside those that run already: by default for the flows started so far, and the world."""
        workflows = list(self._flows.values()) if flows is None else flows
        worker = Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=workflows,
            activities=self.world.activities() if activities is None else activities,
            workflow_runner=RUNNER,
            build_id="tests",  # else each worker hashes all modules
            max_cached_workflows=self._cached,
            max_heartbeat_throttle_interval=BEAT,
            default_heartbeat_throttle_interval=BEAT,
        )
        self._at_work = True
        self._served |= {name_of(workflow) for workflow in workflows}
        return await self._workers.enter_async_context(worker)

    async def rest(self) -> None:
        """Stop all workers: running calls are handed back, and flows that start wait for `work`."""
        self._at_work = False
        self._served.clear()
        await self._workers.aclose()

    # --- flows ---------------------------------------------------------------------------------------------

    async def start(self, flow: str, plan: BaseModel | None = None, **options: Any) -> Handle:  # noqa: ANN401 - the client's options
        if flow in FLOWS:
            self._flows[flow] = FLOWS[flow]
        if self._at_work and flow not in self._served:
            await self.work([FLOWS[flow]])
        flow_id = options.pop("id", f"{flow}-{uuid.uuid4()}")
        return await self.client.start_workflow(
            flow, plan or Plan(), id=flow_id, task_queue=self.task_queue, task_timeout=TASK, **options
        )

    async def play(self, flow: str, plan: BaseModel | None = None) -> End:
        """Start a flow and wait for its end."""
        return await self.end_of(await self.start(flow, plan))

    async def end_of(self, handle: Handle) -> End:
        cause = None
        async with asyncio.timeout(PATIENCE.total_seconds()):
            try:
                await handle.result()
            except WorkflowFailureError as failure:
                cause = cause_of(failure)
            described = await handle.describe()
        assert described.status
        return End(described.status.name, cause, (await self.status(handle)).status)

    async def status(self, handle: Handle) -> FlowStatus:
        """The answer of its `status` query."""
        status: FlowStatus = await handle.query("status", result_type=FlowStatus)
        return status

    async def until(self, handle: Handle, wanted: Callable[[FlowStatus], bool]) -> FlowStatus:
        return await eventually(lambda: self.status(handle), wanted, within=PATIENCE)

    async def waits_for(self, handle: Handle, what: str) -> FlowStatus:
        """Until the flow waits for this: an approval, an incident, a retry."""
        return await self.until(handle, lambda status: what in (status.waiting_for or ""))

    async def begun(self, thing: str) -> None:
        """Until a call for the thing that is held has begun."""
        await self._event(f"{thing} begun")

    async def told_to_stop(self, thing: str) -> None:
        """Until the held call for the thing has heard of a cancel."""
        await self._event(f"{thing} told to stop")

    def go_on(self, thing: str) -> None:
        """Let the held call end."""
        self.world.events[f"{thing} go on"].set()

    async def skip(self, time: timedelta) -> None:
        """Let so much time pass, which takes none."""
        assert self._skip, "only on the time-skipping server"
        await self._skip(time)

    async def now(self) -> datetime:
        """The server's time; that of a time-skipping server is not this machine's."""
        return await self._now()

    async def until_called(self, call: str) -> None:
        """Until the world's log has this call, such as `make a`."""

        async def log() -> list[str]:
            return self.world.log

        await eventually(log, lambda calls: call in calls, within=PATIENCE)

    async def _event(self, name: str) -> None:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await self.world.events[name].wait()

    # --- messages ------------------------------------------------------------------------------------------

    async def resolve(self, handle: Handle, incident: str, decision: Choice, *, way: str = "update") -> None:
        sent = Resolution(incident=incident, decision=decision, by="ada", reason="called them")
        await self.send(handle, "resolve", sent, way=way)

    async def decide(self, handle: Handle, verdict: Verdict, *, way: str = "update") -> None:
        sent = Decision(approval="ask", decision=verdict, by="ada", comment="because")
        await self.send(handle, "decide", sent, way=way)

    async def send(self, handle: Handle, message: str, sent: object, *, way: str = "update") -> None:
        """By update, which answers, or by signal, which needs no worker."""
        await (handle.execute_update if way == "update" else handle.signal)(message, sent)

    async def refusal(self, handle: Handle, update: str, sent: object) -> ApplicationError:
        """What the sender of a refused update is told."""
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(update, sent)
        assert isinstance(refused.value.cause, ApplicationError)
        return refused.value.cause

    # --- history -------------------------------------------------------------------------------------------

    async def events(self, handle: Handle) -> Sequence[HistoryEvent]:
        return (await handle.fetch_history()).events

    async def until_event(self, handle: Handle, kind: str, *, count: int = 1) -> None:
        """Until the history has `count` events of this kind, such as `TIMER_FIRED`."""
        await eventually(
            lambda: self.kinds(handle), lambda kinds: kinds.count(kind) >= count, within=PATIENCE
        )

    async def at_rest(self, handle: Handle) -> list[str]:
        """The kinds of all events, once no task and no call is under way."""

        async def under_way() -> int:
            described = (await handle.describe()).raw_description
            return len(described.pending_activities) + described.HasField("pending_workflow_task")

        await eventually(under_way, lambda count: count == 0, within=PATIENCE)
        return await self.kinds(handle)

    async def called(self, handle: Handle) -> list[str]:
        """The ids of all activities so far, begun or not, such as `a` and `undo-a`."""
        scheduled = [event.activity_task_scheduled_event_attributes for event in await self.events(handle)]
        return [attributes.activity_id for attributes in scheduled if attributes.activity_id]

    async def kinds(self, handle: Handle) -> list[str]:
        """The kinds of all events so far, such as `TIMER_FIRED`."""
        return [kind_of(event) for event in await self.events(handle)]


def kind_of(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")


def name_of(workflow: type) -> str:
    definition = _Definition.from_class(workflow)
    assert definition
    return definition.name or ""


def cause_of(failure: WorkflowFailureError) -> str | None:
    """The type of what the flow failed with; None for a cancel, and for a time-out of Temporal's."""
    cause: BaseException | None = failure.cause
    while isinstance(cause, FailureError) and not isinstance(cause, ApplicationError):
        cause = cause.cause
    return cause.type if isinstance(cause, ApplicationError) else None
