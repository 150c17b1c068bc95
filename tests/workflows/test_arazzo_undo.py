"""What becomes of what a run has done: unknown outcomes, undo in all its forms, cancel, deadline, and what is held."""

from typing import Any

from saga import Resolution
from saga.messages import Choice
from saga.status import FlowState
from tests.arazzo.documents import Fields, document, workflow
from tests.endings import end_of, status_of
from tests.workflows.playing import Handle, Playing
from tests.workflows.scripting import ended, plan_of, running, scripted, step, undoable, undoing

ID = {"id": "$response.body#/id"}
PROBE = {
    "operationId": "look",
    "parameters": [{"name": "what", "in": "path", "value": "one"}],
    "found": [{"condition": "$statusCode == 200"}],
}
BY_ID = undoing("one", requestBody={"payload": {"id": "$steps.one.outputs.id"}})


def steps(*given: Fields, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a workflow
    return document(workflow(steps=list(given), **fields))


async def resolved(
    playing: Playing, handle: Handle, decision: Choice, result: dict[str, object] | None = None
) -> None:
    incident = await playing.incident(handle)
    said = Resolution(incident=incident.id, decision=decision, by="grace", reason="asked them", result=result)
    await handle.execute_update("resolve", said)


async def test_what_a_probe_finds_has_happened(playing: Playing) -> None:
    """The answer was lost; the step's outputs are read from the probe's, and it is not sent again."""
    again = [{"name": "again", "type": "retry"}]
    content = steps(
        step("one", outputs=ID, onFailure=again, **{"x-probe": PROBE, "x-compensate": BY_ID}), step("two")
    )
    async with scripted(playing, post_one=["drop"], get_one=[{"json": {"id": 4}}], post_two=[409]) as service:
        outcome = await service.run(plan_of(content))

    assert "two" == outcome.step
    assert ["POST /acts/one", "GET /acts/one", "POST /acts/two", "DELETE /acts/one"] == service.calls
    assert [{"id": 4}] == [one.body for one in service.seen("DELETE /acts/one")]


async def test_what_a_probe_does_not_find_is_sent_again(playing: Playing) -> None:
    """If an action says so, and under the same key."""
    again = [{"name": "again", "type": "retry"}]
    content = steps(step("one", outputs=ID, onFailure=again, **{"x-probe": PROBE, "x-compensate": BY_ID}))
    async with scripted(playing, post_one=["drop", 200], get_one=[404]) as service:
        outcome = await service.run(plan_of(content))

    assert outcome.success
    assert ["POST /acts/one", "GET /acts/one", "POST /acts/one"] == service.calls
    assert 1 == len(set(service.keys("POST /acts/one")))


async def test_an_answer_that_fails_the_criteria_may_have_had_its_effect(playing: Playing) -> None:
    """It is undone with the outputs that it gave."""
    never = [{"condition": "$response.body#/state == 'done'"}]
    content = steps(
        step("one", outputs=ID, **{"successCriteria": never, "x-probe": PROBE, "x-compensate": BY_ID})
    )
    found: list[Any] = [{"json": {"id": 4}}]
    async with scripted(playing, post_one=found, get_one=[404, {"json": {"id": 4}}]) as service:
        outcome = await service.run(plan_of(content))

    assert not outcome.success
    assert [{"id": 4}] == [one.body for one in service.seen("DELETE /acts/one")]


async def test_a_refused_step_is_not_undone(playing: Playing) -> None:
    """It has done nothing; those before it are."""
    async with scripted(playing, post_two=[422]) as service:
        await service.run(plan_of(steps(undoable("one"), undoable("two"))))

    assert ["POST /acts/one", "POST /acts/two", "DELETE /acts/one"] == service.calls


async def test_a_step_without_an_answer_is_undone(playing: Playing) -> None:
    """It may have happened; that nothing is there to be undone is as good."""
    async with scripted(playing, post_one=["drop"], delete_one=[404]) as service:
        handle = await service.start(plan_of(steps(undoable("one"))))
        await ended(handle)

    assert ["POST /acts/one", "DELETE /acts/one"] == service.calls
    assert not (await status_of(handle)).incidents


async def test_a_workflow_takes_a_step_back(playing: Playing) -> None:
    """Given the step's outputs; its calls have keys of their own, the same however often it is tried."""
    undo = {
        "workflowId": "undo",
        "parameters": [{"name": "id", "value": "$steps.one.outputs.id"}],
    }
    probe = PROBE | {"outputs": ID}
    content = document(
        workflow(
            steps=[
                step("one", outputs=ID, **{"x-compensate": undo, "x-probe": probe}),
                step("two"),
            ]
        ),
        workflow(
            "undo",
            [step("first", requestBody={"payload": "$inputs.id"}), step("second")],
            inputs={"properties": {"id": {}}},
        ),
    )
    async with scripted(
        playing, post_one=[{"json": {"id": 4}}], post_two=[409], post_second=[503, 200]
    ) as service:
        handle = await service.start(plan_of(content))
        await ended(handle)
        status = await status_of(handle)

    assert [4, 4] == [one.body for one in service.seen("POST /acts/first")]
    assert 1 == len(set(service.keys("POST /acts/first")))
    assert FlowState.COMPENSATED is status.status


async def test_a_workflow_that_takes_a_step_back_is_refused(playing: Playing) -> None:
    """A person is told. Since it has done something already, it is tried again under the same keys."""
    content = document(
        workflow(steps=[step("one", **{"x-compensate": {"workflowId": "undo"}}), step("two")]),
        workflow("undo", [step("first"), step("second")]),
    )
    async with scripted(playing, post_two=[409], post_second=[409, 200]) as service:
        handle = await service.start(plan_of(content))
        await resolved(playing, handle, "retry")
        await ended(handle)

    assert (2, 1) == (len(service.keys("POST /acts/first")), len(set(service.keys("POST /acts/first"))))


async def test_a_run_that_is_cancelled_is_undone(playing: Playing) -> None:
    """All that it has done, workflows that it ran included."""
    wait = {"name": "wait", "type": "retry", "retryAfter": 3_600}
    content = document(
        workflow(steps=[undoable("one"), running("run", "inner"), step("two", onFailure=[wait])]),
        workflow("inner", [undoable("in")]),
    )
    async with scripted(playing, post_two=[503]) as service:
        handle = await service.start(plan_of(content))
        await playing.until(handle, lambda status: "retry:two" in (status.waiting_for or ""))
        await handle.cancel()

        assert "CancelledError" == await end_of(handle)
        assert ["DELETE /acts/in", "DELETE /acts/one"] == service.calls[-2:]


async def test_a_child_of_a_run_that_is_cancelled_undoes_itself(playing: Playing) -> None:
    """And then the run the rest."""
    wait = {"name": "wait", "type": "retry", "retryAfter": 3_600}
    content = document(
        workflow(steps=[undoable("one"), running("run", "inner")]),
        workflow("inner", [undoable("in"), step("two", onFailure=[wait])]),
    )
    async with scripted(playing, post_two=[503]) as service:
        handle = await service.start(plan_of(content))
        child = playing.client.get_workflow_handle(f"{handle.id}.run")
        await playing.until(handle, lambda status: any(one.name == "run" for one in status.steps))
        await playing.until(child, lambda status: "retry:two" in (status.waiting_for or ""))
        await handle.cancel()

        assert "CancelledError" == await end_of(handle)
        assert ["DELETE /acts/in", "DELETE /acts/one"] == service.calls[-2:]


async def test_a_run_that_takes_too_long_is_undone(playing: Playing) -> None:
    """At its deadline, whatever it waits for."""
    wait = {"name": "wait", "type": "retry", "retryAfter": 3_600}
    content = steps(undoable("one"), step("two", onFailure=[wait]), **{"x-deadline": "PT2S"})
    async with scripted(playing, post_two=[503]) as service:
        handle = await service.start(plan_of(content))

        assert "DeadlineExceeded" == await end_of(handle)
        assert ["DELETE /acts/one"] == service.calls[-1:]


async def test_a_step_that_is_held_waits_for_a_person(playing: Playing) -> None:
    """Who has it tried again."""
    content = steps(step("one", **{"x-on-failure": "hold"}), step("two"))
    async with scripted(playing, post_one=[500, 200]) as service:
        handle = await service.start(plan_of(content))
        await resolved(playing, handle, "retry")

        assert (await ended(handle)).success
        assert ["POST /acts/one", "POST /acts/one", "POST /acts/two"] == service.calls


async def test_a_person_says_what_a_held_step_has_given(playing: Playing) -> None:
    """The outputs, and the flow goes on with them."""
    content = steps(
        step("one", outputs=ID, **{"x-on-failure": "hold"}),
        step("two", requestBody={"payload": "$steps.one.outputs.id"}),
    )
    async with scripted(playing, post_one=[500]) as service:
        handle = await service.start(plan_of(content))
        await resolved(playing, handle, "skip", result={"success": True, "outputs": {"id": 9}})

        assert (await ended(handle)).success
        assert [9] == [one.body for one in service.seen("POST /acts/two")]


async def test_a_person_gives_a_held_step_up(playing: Playing) -> None:
    """Then the flow is undone."""
    content = steps(undoable("one"), step("two", **{"x-on-failure": "hold"}))
    async with scripted(playing, post_two=[500]) as service:
        handle = await service.start(plan_of(content))
        await resolved(playing, handle, "compensate")

        assert not (await ended(handle)).success
        assert ["DELETE /acts/one"] == service.calls[-1:]


async def test_an_action_comes_before_a_person(playing: Playing) -> None:
    """A step is held only when none of its actions is left."""
    again = [{"name": "again", "type": "retry", "retryLimit": 2}]
    content = steps(step("one", onFailure=again, **{"x-on-failure": "hold"}))
    async with scripted(playing, post_one=[500, 500, 500, 200]) as service:
        handle = await service.start(plan_of(content))
        await resolved(playing, handle, "retry")

        assert (await ended(handle)).success
        assert 4 == len(service.calls)


async def test_beyond_the_point_of_no_return_a_failure_is_an_incident(playing: Playing) -> None:
    """Nothing is undone, and somebody has it tried again."""
    final = undoable("final", **{"x-point-of-no-return": True})
    async with scripted(playing, post_last=[409, 200]) as service:
        handle = await service.start(plan_of(steps(undoable("one"), final, step("last"))))
        await resolved(playing, handle, "retry")

        assert (await ended(handle)).success
        assert ["POST /acts/one", "POST /acts/final", "POST /acts/last", "POST /acts/last"] == service.calls


async def test_what_is_final_in_a_workflow_is_final_for_the_one_that_ran_it(playing: Playing) -> None:
    """What came before its point of no return is not undone from outside either; what came after it is."""
    final = step("final", **{"x-point-of-no-return": True})
    content = document(
        workflow(steps=[undoable("one"), running("run", "inner"), step("last")]),
        workflow("inner", [undoable("in"), final]),
    )
    async with scripted(playing, post_last=[409]) as service:
        outcome = await service.run(plan_of(content, workflow="main"))

    assert not outcome.success
    assert ["DELETE /acts/one"] == [one for one in service.calls if one.startswith("DELETE")]


async def test_a_workflow_that_was_run_is_taken_back_as_its_step_says(playing: Playing) -> None:
    """Given the step's outputs, and in place of what its own steps say."""
    undo = undoing("run", requestBody={"payload": {"id": "$steps.run.outputs.id"}})
    probe = PROBE | {"outputs": ID}
    run = running("run", "inner", outputs={"id": "$outputs.id"}, **{"x-compensate": undo, "x-probe": probe})
    content = document(
        workflow(steps=[undoable("one"), run, step("last")]),
        workflow("inner", [undoable("in", outputs=ID)], outputs={"id": "$steps.in.outputs.id"}),
    )
    async with scripted(playing, post_in=[{"json": {"id": 4}}], post_last=[409]) as service:
        handle = await service.start(plan_of(content))
        await ended(handle)

    assert ["DELETE /acts/run", "DELETE /acts/one"] == service.calls[3:]
    assert [{"id": 4}] == [one.body for one in service.seen("DELETE /acts/run")]
    assert FlowState.COMPENSATED is (await status_of(handle)).status


async def test_code_is_taken_back_by_a_call(playing: Playing) -> None:
    """Which names the key of what the code has called, as all undos do."""
    payment = {"order_id": "U-1", "amount": "5.00", "currency": "EUR", "payment_method": "tok_visa"}
    pay = {
        "stepId": "pay",
        "requestBody": {"payload": payment},
        "x-activity": "payments.authorize_payment",
        "x-compensate": undoing("pay"),
    }
    async with scripted(playing, post_last=[409]) as service:
        handle = await service.start(plan_of(steps(pay, step("last"))))
        await ended(handle)

    (call,) = await playing.stand_ins.calls(operation="authorizePayment", correlation_id=handle.id)
    assert [call.key] == service.headers("DELETE /acts/pay", "X-Compensates")
    assert FlowState.COMPENSATED is (await status_of(handle)).status


async def test_a_deadline_goes_on_with_the_run(playing: Playing) -> None:
    """Also where it goes on as a workflow that has none."""
    wait = {"name": "wait", "type": "retry", "retryAfter": 3_600}
    go = {"name": "go", "type": "goto", "workflowId": "other"}
    content = document(
        workflow(steps=[undoable("one", onSuccess=[go])], **{"x-deadline": "PT2S"}),
        workflow("other", [step("two", onFailure=[wait])]),
    )
    async with scripted(playing, post_two=[503]) as service:
        handle = await service.start(plan_of(content))

        assert "DeadlineExceeded" == await end_of(handle)
        assert ["DELETE /acts/one"] == service.calls[-1:]


async def test_steps_side_by_side_are_undone_when_the_run_is_cancelled(playing: Playing) -> None:
    """Those that are done, and the one that waits to be repeated."""
    wait = {"name": "wait", "type": "retry", "retryAfter": 3_600}
    content = steps(
        step("first"),
        undoable("left", dependsOn=["first"]),
        undoable("right", dependsOn=["first"], onFailure=[wait]),
    )
    async with scripted(playing, post_right=["drop"]) as service:
        handle = await service.start(plan_of(content))
        await playing.until(handle, lambda status: "retry:right" in (status.waiting_for or ""))
        await handle.cancel()

        assert "CancelledError" == await end_of(handle)
        assert ["DELETE /acts/left", "DELETE /acts/right"] == sorted(service.calls[-2:])
