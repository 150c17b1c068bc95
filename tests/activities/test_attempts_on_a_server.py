"""Attempts as Temporal's own server makes them: what reaches the next one, and what becomes of a call meanwhile."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    PauseActivityRequest,
    ResetActivityRequest,
    UnpauseActivityRequest,
)
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

from activities.http import Downstream
from tests.activities.calling import THING, Asked, Thing, Verdict, endpoint, verdict
from tests.activities.flows import OneThing, Things
from tests.activities.raw import JSON, Connection, RawServer, Request

UNDO = "POST /things/unmake HTTP/1.1"
OUT_OF_STOCK = b'{"type": "urn:problem:out-of-stock"}'


@dataclass
class Scripted:
    """A downstream that takes one turn of its script for each request to make a thing, and undoes anything."""

    turns: list[int | str]
    made: list[Request] = field(default_factory=list[Request])
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
    handle: WorkflowHandle[OneThing, Thing]

    @asynccontextmanager
    async def worker(self, *, grace: timedelta = timedelta()) -> AsyncGenerator[Worker]:
        things = Things(self.downstream)
        async with Worker(
            self.client,
            task_queue=self.task_queue,
            workflows=[OneThing],
            activities=[things.make, things.unmake],
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

    async def comes_to(self, state: Callable[[PendingActivityInfo], bool]) -> None:
        """Returns when the pending activity is in this state."""
        async with asyncio.timeout(20):
            while True:
                described = await self.handle.describe()
                if any(state(found) for found in described.raw_description.pending_activities):
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def started(client: Client, task_queue: str, turns: Sequence[int | str]) -> AsyncGenerator[Place]:
    scripted = Scripted(list(turns))
    async with (
        RawServer(scripted) as server,
        Downstream("things", endpoint(server.url, read_timeout="8s")) as downstream,
    ):
        handle = await client.start_workflow(
            OneThing.run, Asked(), id=f"thing-{uuid.uuid4()}", task_queue=task_queue
        )
        yield Place(client, task_queue, scripted, downstream, handle)


TABLE: list[tuple[list[int | str], Verdict]] = [
    ([409], Verdict("refused", "OutOfStock", retry=False)),
    ([503, 503, 503], Verdict("refused", "ServiceUnavailable", retry=True)),
    ([503, 503, 409], Verdict("refused", "OutOfStock", retry=False)),
    (["late", "late", 409], Verdict("refused", "OutOfStock", retry=False)),
    (["drop", 503, 503], Verdict("unknown", "ServiceUnavailable", retry=True)),
    ([503, "drop", 409], Verdict("unknown", "OutOfStock", retry=False)),
    ([503, 503, "drop"], Verdict("unknown", "ConnectionLost", retry=True)),
]


@pytest.mark.parametrize(("turns", "expected"), TABLE, ids=str)
async def test_the_outcome_over_all_attempts(
    client: Client, task_queue: str, turns: list[int | str], expected: Verdict
) -> None:
    """What each attempt knew reaches the next; only what was refused throughout is not undone."""
    async with started(client, task_queue, turns) as place, place.worker():
        failure = await place.failure()

    assert expected == verdict(failure)
    assert len(turns) == len(place.scripted.made)
    assert (expected.outcome == "unknown") == bool(place.scripted.undone)


async def test_every_attempt_has_the_same_key(client: Client, task_queue: str) -> None:
    """A retry is the same request; its undoing is another one, which names it."""
    async with started(client, task_queue, [503, "drop", 409]) as place, place.worker():
        await place.failure()

    [key] = {request.headers["idempotency-key"] for request in place.scripted.made}
    [undo] = place.scripted.undone
    assert key == undo.headers["x-compensates"] != undo.headers["idempotency-key"]
    assert [place.scripted.made[0].body] * 3 == [request.body for request in place.scripted.made]


async def test_a_cancel_hears_the_call_out_and_then_undoes_it(client: Client, task_queue: str) -> None:
    """The charge ends before the refund begins, and the flow ends cancelled."""
    async with started(client, task_queue, ["hold"]) as place, place.worker():
        await place.scripted.arrived.wait()
        await place.handle.cancel()
        cancelled = datetime.now(UTC)
        await place.comes_to(lambda pending: pending.last_heartbeat_time.ToDatetime(UTC) > cancelled)
        undone_meanwhile = list(place.scripted.undone)
        place.scripted.released.set()
        with pytest.raises(WorkflowFailureError):
            await place.handle.result()

    assert [] == undone_meanwhile
    assert (1, 1) == (len(place.scripted.made), len(place.scripted.undone))


async def test_a_worker_that_ends_hands_the_call_back(client: Client, task_queue: str) -> None:
    """When the grace period is over the request is given up; the next worker repeats it, and it counts as unknown."""
    async with started(client, task_queue, ["hold", 409]) as place:
        async with place.worker(grace=timedelta(milliseconds=100)):
            await place.scripted.arrived.wait()
        async with place.worker():
            failure = await place.failure()

    assert Verdict("unknown", "OutOfStock", retry=False) == verdict(failure)
    assert 1 == len({request.headers["idempotency-key"] for request in place.scripted.made})
    assert 1 == len(place.scripted.undone)


async def test_a_worker_that_ends_lets_a_call_finish_within_its_grace(
    client: Client, task_queue: str
) -> None:
    """Within the grace period nothing is repeated."""
    async with started(client, task_queue, ["hold"]) as place:
        async with place.worker(grace=timedelta(seconds=8)) as worker:
            await place.scripted.arrived.wait()
            ending = asyncio.create_task(worker.shutdown())
            await asyncio.sleep(0)
            place.scripted.released.set()
            await ending
        async with place.worker():
            answer = await place.handle.result()

    assert "thing_1" == answer.id
    assert 1 == len(place.scripted.made)


async def test_attempts_before_a_reset_are_unknown(client: Client, task_queue: str) -> None:
    """After an operator's reset the first attempt is not the first, and a refusal says nothing of those before."""
    async with started(client, task_queue, ["drop", "wait", 409]) as place, place.worker():
        await place.comes_to(lambda pending: pending.attempt == 3)
        await client.workflow_service.reset_activity(
            ResetActivityRequest(
                namespace=client.namespace, execution=place.execution, id="make", reset_heartbeat=True
            )
        )
        failure = await place.failure()

    assert Verdict("unknown", "OutOfStock", retry=False) == verdict(failure)
    assert 1 == len(place.scripted.undone)


async def test_a_paused_call_is_given_up_and_goes_on_when_unpaused(client: Client, task_queue: str) -> None:
    """A pause hands the attempt back; the next one repeats it under the same key."""
    async with started(client, task_queue, ["hold", 201]) as place, place.worker():
        await place.scripted.arrived.wait()
        await client.workflow_service.pause_activity(
            PauseActivityRequest(namespace=client.namespace, execution=place.execution, id="make")
        )
        await place.comes_to(lambda pending: pending.attempt == 2)
        await client.workflow_service.unpause_activity(
            UnpauseActivityRequest(namespace=client.namespace, execution=place.execution, id="make")
        )
        answer = await place.handle.result()

    assert "thing_1" == answer.id
    assert [place.scripted.made[0].headers["idempotency-key"]] * 2 == [
        request.headers["idempotency-key"] for request in place.scripted.made
    ]
