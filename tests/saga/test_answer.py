"""The early answer: the caller has it as soon as the essential step is done."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from saga import AnswerRequest
from tests.saga.behaviours import held, refuse
from tests.saga.choices import Answer, Choice, Choices
from tests.saga.stage import COMPLETED, Handle, Stage, failed

PLAN = Choices(things=(Choice(thing="a"),), after=(Choice(thing="b"),), answers=True)


async def answer_of(handle: Handle) -> Answer:
    answer: Answer = await handle.execute_update("answer", AnswerRequest(), result_type=Answer)
    return answer


async def test_answer_before_the_rest(stage: Stage) -> None:
    """The answer comes while the rest is still under way; who asks later gets the same."""
    stage.world.on("b", held)
    handle = await stage.start("choices", PLAN)

    first = await answer_of(handle)
    await stage.begun("b")
    second = await answer_of(handle)
    stage.go_on("b")

    assert first == second == Answer(made=("a",))
    assert await stage.end_of(handle) == COMPLETED


async def test_asked_with_the_start(stage: Stage) -> None:
    """Update-with-start: one call starts the flow and brings the answer."""
    await stage.rest()
    handle = await stage.start("choices", PLAN)  # so that the stage knows the flow
    await stage.work()
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "choices",
        PLAN,
        id=f"{handle.id}-2",
        task_queue=stage.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )

    answer = await stage.client.execute_update_with_start_workflow(
        "answer", AnswerRequest(), start_workflow_operation=start, result_type=Answer
    )

    assert answer == Answer(made=("a",))
    for started in (handle, await start.workflow_handle()):
        assert await stage.end_of(started) == COMPLETED


async def test_failed_before_the_answer(stage: Stage) -> None:
    """Who waits is told why there is none, after everything was undone."""
    stage.world.on("a", held)
    handle = await stage.start("choices", PLAN)
    await stage.begun("a")
    stage.world.on("a", refuse)
    asked = asyncio.ensure_future(answer_of(handle))
    await stage.until_event(handle, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
    await handle.cancel()
    stage.go_on("a")

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await asked
    assert isinstance(caught.value.cause, ApplicationError)
    assert "ended before it had answered" in caught.value.cause.message
    assert stage.world.open_effects() == []
    await stage.end_of(handle)


async def test_refused_before_the_answer(stage: Stage) -> None:
    """The failure that the caller gets has the type of the flow's own."""
    stage.world.on("a", refuse)
    await stage.rest()
    handle = await stage.start("choices", PLAN)
    asked = asyncio.ensure_future(answer_of(handle))
    await stage.work()

    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await asked
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Refused"
    assert await stage.end_of(handle) == failed("Refused", (await stage.status(handle)).status)
