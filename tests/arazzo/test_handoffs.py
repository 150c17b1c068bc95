"""What feeds what in a plan, and what the catalogue shows of its steps."""

import pytest

from arazzo.blueprint import Blueprint, Decision, blueprints_of
from arazzo.handoffs import handoffs_of
from arazzo.sites import Moment
from arazzo.storyboard import Way
from tests.arazzo.documents import document, step, workflow
from tests.arazzo.examples import plan_of
from tests.arazzo.linted import GOTO, reading, steps
from tests.arazzo.planning import planned


def blueprint(name: str) -> Blueprint:
    return blueprints_of(plan_of(name))[0]


def handed(name: str) -> set[tuple[str, str, str]]:
    """From which step to which, and where there."""
    plan = plan_of(name)
    found = handoffs_of(plan.workflows[plan.root])
    return {(one.source, one.reader, one.at) for one in found if one.source != "inputs"}


def test_each_value_is_followed_from_the_step_that_gives_it() -> None:
    """To every place that reads it: parameters, bodies, texts around it, what undoes a step, the outputs."""
    assert handed("place-order-saga") == {
        ("reserveStock", "createShipment", "/parameters/0/value"),
        ("reserveStock", "createShipment", "/x-compensate/parameters/0/value"),
        ("authorizePayment", "capturePayment", "/requestBody/payload/payment_id"),
        ("createShipment", "confirmOrder", "/requestBody/payload/text"),
        ("reserveStock", "", "/outputs/reservationId"),
        ("authorizePayment", "", "/outputs/paymentId"),
        ("createShipment", "", "/outputs/shipmentId"),
        ("createShipment", "", "/outputs/trackingId"),
    }


def test_what_is_made_of_a_value_is_shown_with_it() -> None:
    """The text or the condition that it is part of, and when that is evaluated."""
    (subject,) = (
        one
        for one in blueprint("place-order-saga").steps[4].reads
        if one.at == "/requestBody/payload/subject"
    )

    assert ("$inputs.orderId", "inputs", Moment.REQUEST) == (subject.value, subject.source, subject.moment)
    assert subject.written == "Your order {$inputs.orderId} is on its way"


def test_conditions_and_pointers_are_followed_too() -> None:
    """A criterion that compares with an earlier output reads it, whatever part of it."""
    compared = {"condition": "$statusCode == 200 && $steps.one.outputs.found#/id == 5"}
    plan = planned(
        steps(
            reading(outputs={"found": "$response.body"}),
            reading("two", successCriteria=[compared]),
        )
    )

    (found,) = handoffs_of(plan.workflows[plan.root])

    assert ("$steps.one.outputs.found", "one", "two") == (found.value, found.source, found.reader)
    assert ("/successCriteria/0/condition", Moment.RESPONSE) == (found.at, found.moment)


def test_a_step_says_what_it_calls_and_what_undoes_it() -> None:
    """With the operation of each, and the step behind which nothing is undone."""
    first, *_ = saga = blueprint("place-order-saga").steps

    assert [("step", "POST", "reserveInventory"), ("compensation", "POST", "releaseInventory")] == [
        (one.role, one.method, one.operation_id) for one in first.calls
    ]
    assert ["createShipment"] == [one.name for one in saga if one.point_of_no_return]
    assert ("createShipment", "authorizePayment", "reserveStock") == blueprint("place-order-saga").undone


def test_decisions_are_told_with_their_conditions() -> None:
    """Ways other than to the next step."""
    over = {**GOTO, "stepId": "three", "criteria": [{"condition": "$statusCode == 404"}]}
    plan = planned(steps(reading(onFailure=[over]), reading("two"), reading("three")))

    (told,) = blueprints_of(plan)

    assert ((Decision(Way.FAILURE, "three", "go: the status is 404"),), ()) == (
        told.steps[0].decisions,
        told.steps[1].decisions,
    )


@pytest.mark.parametrize("line", [1, 7])
def test_lines_make_no_other_plan(line: int) -> None:
    """A comment above a step moves it, and changes nothing of what it does."""
    plan = planned(document(workflow(steps=[step()])))
    root = plan.workflows[plan.root]
    moved = root.model_copy(
        update={"steps": tuple(one.model_copy(update={"line": line}) for one in root.steps)}
    )

    assert plan.sha256 == plan.model_copy(update={"workflows": {plan.root: moved}}).sha256
