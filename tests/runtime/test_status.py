"""The status view: what only the server knows is filled in, and what the flow cannot say is not needed."""

import itertools
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import Worker

from runtime.refusals import UnknownId
from runtime.status import FlowView, flow_view, watch_flow
from saga.status import FlowState, StepState
from tests.eventually import eventually
from tests.runtime.probe import Part, Plan, Probe, Works

LONG = timedelta(hours=1)
PATIENCE = timedelta(seconds=20)

Serving = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def serving(client: Client, task_queue: str) -> Serving:
    """A worker for as long as the block lasts."""

    @asynccontextmanager
    async def served() -> AsyncGenerator[None]:
        works = Works()
        async with Worker(
            client,
            task_queue=task_queue,
            workflows=[Probe],
            activities=[works.work, works.unwork, works.look, works.tell],
        ):
            yield

    return served


async def start(client: Client, task_queue: str, plan: Plan) -> str:
    handle = await client.start_workflow(Probe.run, plan, id=f"probe-{uuid.uuid4()}", task_queue=task_queue)
    return handle.id


async def end(client: Client, workflow_id: str) -> FlowView:
    """The view of the flow when it has ended, however."""
    with suppress(WorkflowFailureError):
        await client.get_workflow_handle(workflow_id).result()
    return await flow_view(client, workflow_id, within=PATIENCE)


async def until(client: Client, workflow_id: str, wanted: Callable[[FlowView], object]) -> FlowView:
    return await eventually(lambda: flow_view(client, workflow_id), lambda view: bool(wanted(view)))


@pytest.mark.parametrize("how", ["Hiccup", "RetryLater"])
async def test_attempts_and_times_come_from_the_history(
    client: Client, task_queue: str, serving: Serving, how: str
) -> None:
    """Each step has its attempts, durable waits included, and lasted from its first attempt to its end."""
    plan = Plan(parts=(Part(name="first"), Part(name="second", fails=2, how=how)))
    async with serving():
        view = await end(client, await start(client, task_queue, plan))

    first, second = view.steps
    assert (FlowState.COMPLETED, "flow") == (view.status, view.source)
    assert [1, 3] == [first.attempts, second.attempts]
    assert first.started_at
    assert second.started_at
    assert view.created_at < first.started_at < second.started_at
    assert second.duration_s is not None
    assert 0.1 <= second.duration_s < 30


async def test_a_step_between_two_attempts(client: Client, task_queue: str, serving: Serving) -> None:
    """A step that is to be tried again shows its last failure, its attempts so far and when it goes on."""
    plan = Plan(parts=(Part(name="only", fails=9),), back_off=LONG)
    async with serving():
        workflow_id = await start(client, task_queue, plan)
        view = await until(client, workflow_id, lambda view: view.retrying)

    (retry,), (step,) = view.retrying, view.steps
    assert ("only", 1, "Hiccup: hic") == (retry.step, retry.attempts, retry.last_failure)
    assert retry.next_attempt_at
    assert retry.next_attempt_at - datetime.now(UTC) > LONG / 2
    assert (StepState.RUNNING, 1, True) == (
        step.status,
        step.attempts,
        step.started_at and step.started_at > view.created_at,
    )


async def test_workflow_code_that_fails(client: Client, task_queue: str, serving: Serving) -> None:
    """A bug in the workflow's code is shown as such, with the attempt and its cause; the steps are there."""
    async with serving():
        workflow_id = await start(client, task_queue, Plan(parts=(Part(name="only"),), bug=True))
        view = await until(client, workflow_id, lambda view: (view.trouble or "").startswith("stuck"))

    assert view.trouble
    assert "stuck: workflow code fails (attempt " in view.trouble
    assert "a bug" in view.trouble
    assert ["only"] == [step.name for step in view.steps]
    assert FlowState.RUNNING is view.status


async def test_a_view_without_a_worker(client: Client, task_queue: str, serving: Serving) -> None:
    """Without a worker the history alone gives the same steps, attempts, ending and error."""
    parts = (Part(name="first", fails=1), Part(name="second"), Part(name="third", fails=1, how="Refused"))
    async with serving():
        told = await end(client, await start(client, task_queue, Plan(parts=parts)))
    found = await flow_view(client, told.id)

    assert ("flow", "history") == (told.source, found.source)
    assert _known(told) == _known(found)
    assert ["compensated", "compensated", "failed"] == [step.status for step in found.steps]
    assert found.trouble
    assert "no worker has answered" in found.trouble


async def test_what_is_no_step_is_not_shown_as_one(client: Client, task_queue: str, serving: Serving) -> None:
    """A probe counts as no attempt of its step, and what it has seen holds; an announcement is no step."""
    parts = (Part(name="first", fails=1, how="Lost"), Part(name="second", fails=1, how="Refused"))
    async with serving():
        told = await end(client, await start(client, task_queue, Plan(parts=parts, told=True)))
    found = await flow_view(client, told.id)

    assert [("first", "compensated", 1), ("second", "failed", 1)] == [
        (step.name, step.status, step.attempts) for step in told.steps
    ]
    assert [(step.name, step.status, step.attempts) for step in told.steps] == [
        (step.name, step.status, step.attempts) for step in found.steps
    ]
    assert [("undone", True)] == [(one.kind, one.delivered) for one in told.announcements]


async def test_what_a_probe_has_seen_is_known_without_a_worker(
    client: Client, task_queue: str, serving: Serving
) -> None:
    """A step whose answer was lost, and whose effect its probe has seen, has completed."""
    parts = (Part(name="only", fails=1, how="Lost"), Part(name="next", fails=9))
    async with serving():
        workflow_id = await start(client, task_queue, Plan(parts=parts, back_off=LONG))
        await until(client, workflow_id, lambda view: view.retrying)
    found = await flow_view(client, workflow_id)

    only, _ = found.steps
    assert ("completed", "works.work", None) == (only.status, only.activity, only.error)


async def test_a_probe_that_has_seen_nothing_changes_nothing(
    client: Client, task_queue: str, serving: Serving
) -> None:
    """A step of which its probe has seen nothing has failed, and that is known without a worker too."""
    async with serving():
        plan = Plan(parts=(Part(name="only", fails=1, how="Dropped"),))
        told = await end(client, await start(client, task_queue, plan))
    found = await flow_view(client, told.id)

    assert (
        ["Dropped: no answer"] == [step.error for step in told.steps] == [step.error for step in found.steps]
    )


def _known(view: FlowView) -> object:
    steps = [(step.name, step.status, step.attempts, step.started_at, step.error) for step in view.steps]
    return steps, view.status, view.error, view.completed_at, view.correlation_id, view.run_id


async def test_the_server_has_the_last_word(client: Client, task_queue: str, serving: Serving) -> None:
    """A terminated flow is terminated, with the reason, although it would answer that it runs."""
    plan = Plan(parts=(Part(name="only", fails=9),), back_off=LONG)
    async with serving():
        workflow_id = await start(client, task_queue, plan)
        await until(client, workflow_id, lambda view: view.steps)
        await client.get_workflow_handle(workflow_id).terminate(reason="enough")
        view = await flow_view(client, workflow_id, within=PATIENCE)

    assert (FlowState.TERMINATED, "terminated: enough", "flow") == (view.status, view.error, view.source)
    assert view.ended


async def test_watching_tells_each_change_once(client: Client, task_queue: str, serving: Serving) -> None:
    """A watched flow is shown when it has changed, and the last view is of its end."""
    plan = Plan(parts=(Part(name="first"), Part(name="second", fails=3)))
    async with serving():
        workflow_id = await start(client, task_queue, plan)
        views = [view async for view in watch_flow(client, workflow_id, every=timedelta(milliseconds=20))]

    assert FlowState.COMPLETED is views[-1].status
    assert all(one != other for one, other in itertools.pairwise(views))
    assert [False] * (len(views) - 1) + [True] == [view.ended for view in views]


async def test_an_unknown_id(client: Client) -> None:
    """An id that the server does not know is refused by name."""
    with pytest.raises(UnknownId, match="nobody"):
        await flow_view(client, "nobody")
