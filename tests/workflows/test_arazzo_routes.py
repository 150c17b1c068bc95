"""The way that a run of a document takes: side by side, back, again after a repair, in loops, and over many runs."""

from datetime import timedelta
from typing import Any

import pytest

from tests.arazzo.documents import Fields, document, workflow
from tests.endings import status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import ended, plan_of, running, scripted, step, undoable


def steps(*given: Fields, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a workflow
    return document(workflow(steps=list(given), **fields))


async def test_steps_that_say_what_they_depend_on_run_side_by_side(playing: Playing) -> None:
    """Each with its retries; the next one waits for both."""
    again = [{"name": "again", "type": "retry", "retryAfter": 0.1}]
    content = steps(
        step("first"),
        undoable("left", dependsOn=["first"], onFailure=again),
        undoable("right", dependsOn=["first"]),
        step("last", dependsOn=["left", "right"]),
    )
    async with scripted(playing, post_left=[503, 200], post_last=[409]) as service:
        handle = await service.start(plan_of(content))
        await ended(handle)
        found = {one.name: one for one in (await status_of(handle)).steps}

    assert found["left"].completed_at
    assert found["right"].started_at
    assert found["right"].started_at < found["left"].completed_at
    assert {"POST /acts/left", "POST /acts/right"} == set(service.calls[1:4])
    assert "POST /acts/last" == service.calls[4]
    assert ["DELETE /acts/left", "DELETE /acts/right"] == sorted(service.calls[5:])


async def test_one_of_those_side_by_side_fails(playing: Playing) -> None:
    """The others come to their end, and are undone."""
    content = steps(step("first"), step("left", dependsOn=["first"]), undoable("right", dependsOn=["first"]))
    async with scripted(playing, post_left=[409]) as service:
        outcome = await service.run(plan_of(content))

    assert (False, "left") == (outcome.success, outcome.step)
    assert "DELETE /acts/right" == service.calls[-1]


async def test_workflows_run_side_by_side_as_steps(playing: Playing) -> None:
    """Where the document says what they depend on."""
    content = document(
        workflow(
            steps=[
                step("first"),
                running("left", "inner", dependsOn=["first"], parameters=[{"name": "what", "value": 1}]),
                running("right", "inner", dependsOn=["first"], parameters=[{"name": "what", "value": 2}]),
                step("last"),
            ]
        ),
        workflow(
            "inner",
            [undoable("in", requestBody={"payload": "$inputs.what"})],
            inputs={"properties": {"what": {}}},
        ),
    )
    async with scripted(playing, post_last=[409]) as service:
        await service.run(plan_of(content))

    assert ["1", "2"] == sorted(str(one.body) for one in service.seen("POST /acts/in"))
    assert ["DELETE /acts/in"] * 2 == service.calls[-2:]
    assert 2 == len(set(service.keys("POST /acts/in")))


async def test_a_repair_by_a_workflow_is_undone_too(playing: Playing) -> None:
    """It runs each time before the step is called again, as a run of its own."""
    again = {"name": "repair", "type": "retry", "retryLimit": 2, "workflowId": "mend"}
    content = document(workflow(steps=[step("one", onFailure=[again])]), workflow("mend", [undoable("mend")]))
    async with scripted(playing, post_one=[409]) as service:
        outcome = await service.run(plan_of(content))

    assert not outcome.success
    assert ["POST /acts/one", "POST /acts/mend"] * 2 == service.calls[:4]
    assert ["DELETE /acts/mend"] * 2 == service.calls[-2:]


async def test_a_service_says_how_long_to_wait(patient: Playing) -> None:
    """The wait is a timer: an hour of it costs nothing, and a document's own is not asked."""
    again = [{"name": "again", "type": "retry", "retryAfter": 5}]
    content = steps(step("one", onFailure=again))
    busy = {"status": 503, "headers": {"Retry-After": "3600"}}
    async with scripted(patient, post_one=[busy, 200]) as service:
        handle = await service.start(plan_of(content))
        outcome = await ended(handle)
        described = await handle.describe()

    assert outcome.success
    assert described.close_time
    assert timedelta(hours=1) <= described.close_time - described.start_time < timedelta(hours=2)


@pytest.mark.parametrize(
    ("says", "waited"), [("document", timedelta(days=3)), ("service", timedelta(days=1))]
)
async def test_who_says_how_long_to_wait(patient: Playing, says: str, waited: timedelta) -> None:
    """A document is taken at its word; a service that asks for years is asked again after a day."""
    again = [{"name": "again", "type": "retry", "retryAfter": 3 * 86_400}]
    busy = {"status": 503, "headers": {"Retry-After": "100000000"} if says == "service" else {}}
    async with scripted(patient, post_one=[busy, 200]) as service:
        handle = await service.start(plan_of(steps(step("one", onFailure=again))))
        await ended(handle)
        described = await handle.describe()

    assert described.close_time
    assert waited <= described.close_time - described.start_time < waited + timedelta(hours=1)


async def test_a_loop_goes_on_in_a_new_run(playing: Playing) -> None:
    """With an empty history; keys, outputs and undo are those of one run, and visits go on being counted."""
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "one",
        "criteria": [{"condition": "$response.body#/count < 12"}],
    }
    content = steps(
        undoable("before", outputs={"id": "$response.body#/count"}),
        step("one", outputs={"count": "$response.body#/count"}, onSuccess=[back]),
        step("last", requestBody={"payload": "$steps.before.outputs.id"}),
    )
    counts: list[Any] = [{"json": {"count": count}} for count in range(1, 13)]
    async with scripted(playing, post_before=counts[6:], post_one=counts, post_last=[409]) as service:
        handle = await service.start(plan_of(content), roll_over_after=30)
        await ended(handle)
        status = await status_of(handle)

    assert status.run_id != handle.first_execution_run_id
    assert (12, 12) == (len(service.keys("POST /acts/one")), len(set(service.keys("POST /acts/one"))))
    assert [7] == [one.body for one in service.seen("POST /acts/last")]
    assert ["DELETE /acts/before"] == service.calls[-1:]


async def test_a_step_that_is_repeated_goes_on_in_a_new_run(playing: Playing) -> None:
    """With the same key, as often as its limit says, counted over all runs; what it may have done is undone."""
    again = [{"name": "again", "type": "retry", "retryLimit": 7}]
    content = steps(undoable("before"), undoable("one", onFailure=again))
    async with scripted(playing, post_one=["drop"]) as service:
        handle = await service.start(plan_of(content), roll_over_after=20)
        outcome = await ended(handle)
        status = await status_of(handle)

    assert not outcome.success
    assert status.run_id != handle.first_execution_run_id
    assert (8, 1) == (len(service.keys("POST /acts/one")), len(set(service.keys("POST /acts/one"))))
    assert {"DELETE /acts/one", "DELETE /acts/before"} == set(service.calls[9:])


async def test_children_of_many_runs_have_names_of_their_own(playing: Playing) -> None:
    """A loop that runs a workflow each time leaves as many to be undone."""
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "run",
        "criteria": [{"condition": "$response.body#/count < 5"}],
    }
    content = document(
        workflow(steps=[running("run", "inner"), step("one", onSuccess=[back]), step("last")]),
        workflow("inner", [undoable("in")]),
    )
    counts: list[Any] = [{"json": {"count": count}} for count in range(1, 6)]
    async with scripted(playing, post_one=counts, post_last=[409]) as service:
        handle = await service.start(plan_of(content), roll_over_after=25)
        await ended(handle)
        names = [one.name for one in (await status_of(handle)).steps if one.activity.startswith("child")]

    assert ["run", "run-2", "run-3", "run-4", "run-5"] == names
    assert 5 == len(set(service.headers("DELETE /acts/in", "X-Compensates")))
