"""`timeout` of a step, whatever the step is, and what `x-onTimeout` then says (C15, D19)."""

from datetime import timedelta
from typing import Any

from saga.status import FlowState
from services.backstage.faults import FaultKind
from tests.arazzo.documents import Fields, document, workflow
from tests.endings import status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import ended, plan_of, running, scripted, step, undoable

INSTEAD = [{"name": "instead", "type": "goto", "stepId": "instead"}]


def steps(*given: Fields, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a workflow
    return document(workflow(steps=list(given), **fields))


async def test_a_call_that_takes_too_long_fails(unhurried: Playing) -> None:
    """Its actions for that are asked first; what it may have done is undone with the rest."""
    over = [{"name": "over", "type": "end"}]
    content = steps(
        undoable("one", timeout=300, onFailure=over, **{"x-onTimeout": INSTEAD}),
        step("never"),
        step("instead"),
    )
    async with scripted(unhurried, post_one=["hang"], post_instead=[409]) as service:
        outcome = await service.run(plan_of(content))

    assert "instead" == outcome.step
    assert ["POST /acts/one", "POST /acts/instead", "DELETE /acts/one"] == service.calls


async def test_each_attempt_has_the_time(unhurried: Playing) -> None:
    """A retry begins it anew."""
    again = [{"name": "again", "type": "retry", "retryLimit": 2}]
    content = steps(step("one", timeout=300, **{"x-onTimeout": again}))
    async with scripted(unhurried, post_one=["hang", "hang", 200]) as service:
        outcome = await service.run(plan_of(content))

    assert outcome.success
    assert (3, 1) == (len(service.keys("POST /acts/one")), len(set(service.keys("POST /acts/one"))))


async def test_another_failure_is_no_time_out(playing: Playing) -> None:
    """Nor is a call that gives up by itself."""
    content = steps(step("one", timeout=60_000, **{"x-onTimeout": INSTEAD}), step("never"), step("instead"))
    async with scripted(playing, post_one=["drop"]) as service:
        outcome = await service.run(plan_of(content))

    assert (False, ["POST /acts/one"]) == (outcome.success, service.calls)


async def test_a_workflow_that_takes_too_long_is_undone(playing: Playing) -> None:
    """The step that runs it has failed, and the flow goes on as it says."""
    wait = [{"name": "wait", "type": "retry", "retryAfter": 3_600}]
    content = document(
        workflow(
            steps=[
                running("run", "inner", timeout=1_000, **{"x-onTimeout": INSTEAD}),
                step("never"),
                step("instead"),
            ]
        ),
        workflow("inner", [undoable("in"), step("two", onFailure=wait)]),
    )
    async with scripted(playing, post_two=[503]) as service:
        outcome = await service.run(plan_of(content))

    assert outcome.success
    assert ["POST /acts/in", "POST /acts/two", "DELETE /acts/in", "POST /acts/instead"] == service.calls


async def test_a_question_has_the_time_of_its_step(patient: Playing) -> None:
    """Where it says none of its own."""
    question = {"prompt": "Shall we?"}
    asking = {"stepId": "ask", "timeout": 3_600_000, "x-interaction": question, "x-onTimeout": INSTEAD}
    content = steps(asking, step("never"), step("instead"))
    async with scripted(patient) as service:
        handle = await service.start(plan_of(content))
        status = await patient.until(handle, lambda status: status.status is FlowState.WAITING_FOR_APPROVAL)
        outcome = await ended(handle)
        (asked,) = (await status_of(handle)).approvals

    assert (True, ["POST /acts/instead"]) == (outcome.success, service.calls)
    assert asked.deadline - status.created_at < timedelta(hours=2)


async def test_code_that_takes_too_long_is_undone(unhurried: Playing) -> None:
    """What it may have done, by the code that takes it back."""
    await unhurried.stand_ins.faults.add(
        "authorizePayment", FaultKind.HOLD_AFTER_EFFECT, match={"order_id": "T-1"}
    )
    payment = {"order_id": "T-1", "amount": "5.00", "currency": "EUR", "payment_method": "tok_visa"}
    pay = {
        "stepId": "pay",
        "timeout": 500,
        "requestBody": {"payload": payment},
        "x-activity": "payments.authorize_payment",
        "x-compensate": {"activity": "payments.void_payment"},
        "x-onTimeout": INSTEAD,
    }
    async with scripted(unhurried, post_instead=[409]) as service:
        handle = await service.start(plan_of(steps(pay, step("never"), step("instead"))))
        outcome = await ended(handle)

    assert (False, "instead") == (outcome.success, outcome.step)
    assert ["authorizePayment", "voidPayment"] == await unhurried.operations(handle)
    assert not await unhurried.open(handle)
