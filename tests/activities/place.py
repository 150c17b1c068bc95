"""A flow of one call on Temporal's own server, and a downstream that does what its script says."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

from activities.http import Downstream
from saga import FlowStatus, Resolution
from saga.messages import Choice
from saga.status import IncidentStatus
from tests.activities.calling import THING, Asked, Thing, endpoint
from tests.activities.flows import OneThing, ProbedThing, Things
from tests.activities.raw import JSON, Connection, RawServer, Request
from tests.eventually import eventually

UNDO = "POST /things/unmake HTTP/1.1"
PROBE = "GET /things?"
OUT_OF_STOCK = b'{"type": "urn:problem:out-of-stock"}'


@dataclass
class Scripted:
    """A downstream that takes one turn of its script for each request to make a thing, and undoes anything.

    Asked whether it has made a thing, it answers as `found` says.
    """

    turns: list[int | str]
    found: bool = False
    made: list[Request] = field(default_factory=list[Request])
    asked: list[Request] = field(default_factory=list[Request])
    undone: list[Request] = field(default_factory=list[Request])
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, connection: Connection) -> None:
        while True:
            request = await connection.request()
            if request.line == UNDO:
                self.undone.append(request)
                await connection.answer(200, THING)
                continue
            if request.line.startswith(PROBE):
                self.asked.append(request)
                await connection.answer(200 if self.found else 404, THING if self.found else b"")
                continue
            self.made.append(request)
            await self._take_turn(connection, self.turns[len(self.made) - 1])

    async def _take_turn(self, connection: Connection, turn: int | str) -> None:
        if turn == "hold":
            self.arrived.set()
            await self.released.wait()
            turn = 201
        elif turn == "late":
            await asyncio.sleep(1.2)  # past the first beat, so that the next detail meets the throttle
            turn = 503
        elif turn == "drop":
            connection.close()
            return
        elif turn == "wait":
            await connection.answer(503, b"", {"Retry-After": "30"})
            return
        bodies = {201: THING, 409: OUT_OF_STOCK}
        await connection.answer(int(turn), bodies.get(int(turn), b""), JSON)


@dataclass(frozen=True)
class Place:
    """A flow that runs on a server, and the downstream that it calls."""

    client: Client
    task_queue: str
    scripted: Scripted
    downstream: Downstream
    handle: WorkflowHandle[object, Thing]

    @asynccontextmanager
    async def worker(self, *, grace: timedelta = timedelta()) -> AsyncGenerator[Worker]:
        things = Things(self.downstream)
        async with Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=[OneThing, ProbedThing],
            activities=[things.make, things.unmake, things.find],
            graceful_shutdown_timeout=grace,
        ) as worker:
            yield worker

    async def failure(self) -> ApplicationError:
        with pytest.raises(WorkflowFailureError) as raised:
            await self.handle.result()
        error = raised.value.cause
        assert isinstance(error, ActivityError)
        assert isinstance(error.cause, ApplicationError)
        return error.cause

    @property
    def execution(self) -> WorkflowExecution:
        return WorkflowExecution(workflow_id=self.handle.id)

    async def incident(self) -> IncidentStatus:
        """The one that opens."""

        async def status() -> FlowStatus:
            found: FlowStatus = await self.handle.query("status", result_type=FlowStatus)
            return found

        return (await eventually(status, lambda status: bool(status.incidents))).incidents[0]

    async def resolve(self, incident: str, decision: Choice) -> None:
        resolution = Resolution(incident=incident, decision=decision, by="ada", reason="seen to it")
        await self.handle.execute_update("resolve", resolution)

    async def comes_to(self, state: Callable[[PendingActivityInfo], bool]) -> None:
        """Returns when the pending activity is in this state."""
        async with asyncio.timeout(20):
            while True:
                described = await self.handle.describe()
                if any(state(found) for found in described.raw_description.pending_activities):
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def started(
    client: Client,
    task_queue: str,
    turns: Sequence[int | str],
    flow: str = "one-thing",
    **settings: object,
) -> AsyncGenerator[Place]:
    scripted = Scripted(list(turns))
    async with (
        RawServer(scripted) as server,
        Downstream("things", endpoint(server.url, **{"read_timeout": "8s", **settings})) as downstream,
    ):
        handle: WorkflowHandle[object, Thing] = await client.start_workflow(
            flow, Asked(), id=f"thing-{uuid.uuid4()}", task_queue=task_queue, result_type=Thing
        )
        yield Place(client, task_queue, scripted, downstream, handle)
