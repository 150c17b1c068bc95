"""Idempotency keys and step headers: the same for the same step however often it is tried, and all in the history."""

import uuid

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client

from saga.headers import StepHeader, correlation_id
from tests.saga.behaviours import refuse, refuse_for_now
from tests.saga.flows import Plan
from tests.saga.stage import COMPLETED, Handle, Stage


async def reset_to_begin(client: Client, handle: Handle) -> Handle:
    """The run that starts over from the end of the first workflow task."""
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=handle.id, run_id=handle.first_execution_run_id or ""
            ),
            reason="once more",
            workflow_task_finish_event_id=4,
            request_id=str(uuid.uuid4()),
        )
    )
    return client.get_workflow_handle(handle.id, run_id=answer.run_id)


async def headers_in_history(stage: Stage, handle: Handle) -> list[StepHeader]:
    scheduled = [event.activity_task_scheduled_event_attributes for event in await stage.events(handle)]
    fields = [attributes.header.fields["saga-step"] for attributes in scheduled if attributes.activity_id]
    return [StepHeader.model_validate_json(field.data) for field in fields]


async def test_attempts(stage: Stage) -> None:
    """All attempts of a step have one key, and each step has its own."""
    stage.world.on("b", refuse_for_now, refuse_for_now)

    await stage.play("sequence")

    assert [len(stage.world.keys(thing)) for thing in ("a", "b", "c")] == [1, 3, 1]
    assert len({key for thing in ("a", "b", "c") for key in stage.world.keys(thing)}) == 3


async def test_repeated_step(stage: Stage) -> None:
    """A step that a flow runs twice is two steps: each occurrence has its key and its name."""
    handle = await stage.start("sequence", Plan(things=("a", "a")))

    assert await stage.end_of(handle) == COMPLETED
    assert len(set(stage.world.keys("a"))) == 2
    assert [step.name for step in (await stage.status(handle)).steps] == ["a", "a-2"]


async def test_reset(stage: Stage) -> None:
    """A flow that is reset runs its steps again under the same keys, so that they have no second effect."""
    handle = await stage.start("sequence")
    await stage.end_of(handle)

    again = await reset_to_begin(stage.client, handle)

    assert await stage.end_of(again) == COMPLETED
    assert sorted(stage.world.log) == sorted(["make a", "make b", "make c"] * 2)
    assert [len(set(stage.world.keys(thing))) for thing in ("a", "b", "c")] == [1, 1, 1]


async def test_continue_as_new(stage: Stage) -> None:
    """A flow that continues as new keeps its keys, and what was done is not undone."""
    handle = await stage.start("continued")

    assert await stage.end_of(handle) == COMPLETED
    assert [len(stage.world.keys(thing)) for thing in ("a", "b", "c")] == [2, 2, 2]
    assert len(stage.world.made) == 3
    assert stage.world.unmade == []


async def test_new_run(stage: Stage) -> None:
    """A new run under the same workflow id has new keys."""
    for _ in range(2):
        handle = await stage.start("sequence", id=f"one-id-{stage.task_queue}")
        await stage.end_of(handle)

    assert [len(set(stage.world.keys(thing))) for thing in ("a", "b", "c")] == [2, 2, 2]


async def test_headers_in_history(stage: Stage) -> None:
    """Each scheduled step names its compensation and both keys, so that a terminated run can be cleaned up by hand."""
    handle = await stage.start("sequence", Plan(things=("a", "b", "wait")))
    await stage.until_event(handle, "TIMER_STARTED")
    await handle.terminate()

    headers = await headers_in_history(stage, handle)

    assert [(header.step, header.key) for header in headers] == [
        (header.step, header.key) for header in stage.world.headers
    ]
    assert {header.compensation for header in headers} == {"world.unmake"}
    assert len({header.compensation_key for header in headers} - {None}) == 2


async def test_header_of_an_undo(stage: Stage) -> None:
    """An undo sends the key that its step's header announced, and says which key it undoes."""
    stage.world.on("b", refuse)
    handle = await stage.start("sequence")
    await stage.end_of(handle)

    made, _refused, unmade = await headers_in_history(stage, handle)

    assert (unmade.key, unmade.compensates) == (made.compensation_key, made.key)
    assert unmade.key != made.key


async def test_correlation_id(stage: Stage) -> None:
    """Each step carries the workflow id as correlation id, unless the starter chose one."""
    plain = await stage.start("sequence", Plan(things=("a",)))
    await stage.end_of(plain)
    correlation_id.set("ours-1")
    chosen = await stage.start("sequence", Plan(things=("b",)))
    await stage.end_of(chosen)
    correlation_id.set(None)

    assert [header.correlation_id for header in stage.world.headers] == [plain.id, "ours-1"]
    assert (await stage.status(chosen)).correlation_id == "ours-1"


async def test_correlation_id_when_continued(stage: Stage) -> None:
    """A flow that continues as new keeps the correlation id that its starter chose."""
    correlation_id.set("ours-2")
    handle = await stage.start("continued", Plan(things=("a",)))
    correlation_id.set(None)
    await stage.end_of(handle)

    assert [header.correlation_id for header in stage.world.headers] == ["ours-2", "ours-2"]


async def test_undo_of_ones_own(stage: Stage) -> None:
    """An undo that the flow registers by hand runs in its place in the order, under a key of its own."""
    stage.world.on("b", refuse)

    await stage.play("own-undo")

    assert stage.world.unmade == ["a", "found"]
    assert all(stage.world.undo_keys("found"))


async def test_undo_of_ones_own_that_is_not_needed(stage: Stage) -> None:
    """An undo that the flow registers by hand is not run when the flow completes, nor shown as under way."""
    handle = await stage.start("own-undo")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.unmade == []
    assert {step.status for step in (await stage.status(handle)).steps} == {"completed"}
