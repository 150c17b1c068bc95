"""Attempts as Temporal's own server makes them: what reaches the next one, and what becomes of a call meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.workflowservice.v1 import (
    PauseActivityRequest,
    ResetActivityRequest,
    UnpauseActivityRequest,
)
from temporalio.client import Client, WorkflowFailureError

from tests.activities.calling import Verdict, verdict
from tests.activities.place import started

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
