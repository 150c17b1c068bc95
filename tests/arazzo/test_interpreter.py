"""What is done next after each verdict, to the letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arazzo.elements import FailureAction, SuccessAction
from arazzo.interpreter import Cursor, Decision, Finish, GoOn, Repeat, Transfer, Verdict
from arazzo.model import Step
from arazzo.plan import PlannedStep, PlannedWorkflow

OK = Verdict(success=True, status=200)
SECOND = timedelta(seconds=1)


def failed(*matching: int, retry_after: timedelta | None = None) -> Verdict:
    return Verdict(success=False, status=500, matching=matching, retry_after=retry_after, why="500")


def step(
    name: str, *, success: tuple[SuccessAction, ...] = (), failure: tuple[FailureAction, ...] = ()
) -> PlannedStep:
    return PlannedStep(
        step=Step(step_id=name, operation_id=name, on_success=success, on_failure=failure),
        targets={"other": "doc/other"},
    )


def flow(*steps: PlannedStep) -> PlannedWorkflow:
    return PlannedWorkflow(document="doc", workflow_id="w", steps=steps)


def retry(
    name: str = "again", *, limit: int = 1, step_id: str | None = None, workflow_id: str | None = None
) -> FailureAction:
    return FailureAction(
        name=name,
        type="retry",
        retry_limit=limit,
        retry_after=SECOND,
        step_id=step_id,
        workflow_id=workflow_id,
    )


GIVE_UP = FailureAction(name="give up", type="end")


def decisions(workflow: PlannedWorkflow, *verdicts: Verdict) -> list[Decision]:
    cursor = Cursor()
    cursor.begin(workflow.steps[0])
    return [cursor.decide(workflow, verdict) for verdict in verdicts]


@pytest.mark.arazzo("C13")
def test_without_actions() -> None:
    """A success goes on to the next step, a failure ends the workflow."""
    workflow = flow(step("a"), step("b"))

    assert decisions(workflow, OK) == [GoOn(to=1)]
    assert decisions(workflow, failed()) == [Finish(success=False, why="500")]


@pytest.mark.arazzo("E2")
def test_first_match() -> None:
    """Of several actions that match the first in the list is taken."""
    to_c = SuccessAction(name="to c", type="goto", step_id="c")
    workflow = flow(step("a", success=(SuccessAction(name="end", type="end"), to_c)), step("b"), step("c"))

    assert decisions(workflow, OK.model_copy(update={"matching": (1,)})) == [GoOn(to=2)]
    assert decisions(workflow, OK.model_copy(update={"matching": (0, 1)})) == [Finish(success=True)]


@pytest.mark.arazzo("E3", "D13")
def test_end() -> None:
    """An end after a failure is a failure."""
    workflow = flow(step("a", failure=(GIVE_UP,)), step("b"))

    assert decisions(workflow, failed(0)) == [Finish(success=False, why="500")]


@pytest.mark.arazzo("E4", "D8")
def test_goto() -> None:
    """Backward, and to another workflow, from which nothing comes back."""
    back = FailureAction(name="back", type="goto", step_id="a")
    away = SuccessAction(name="away", type="goto", workflow_id="other")
    workflow = flow(step("a"), step("b", failure=(back,), success=(away,)))
    cursor = Cursor(at=1)

    assert cursor.decide(workflow, failed(0)) == GoOn(to=0)
    assert Cursor(at=1).decide(workflow, OK.model_copy(update={"matching": (0,)})) == Transfer(
        workflow="doc/other", action="away"
    )


@pytest.mark.arazzo("E7")
@pytest.mark.parametrize("limit", [0, 1, 3])
def test_retry_limit(limit: int) -> None:
    """So often it is repeated, then the next action that matches is taken."""
    workflow = flow(step("a", failure=(retry(limit=limit), GIVE_UP)))

    made = decisions(workflow, *[failed(0, 1)] * (limit + 1))

    assert made[:-1] == [Repeat(delay=SECOND, action="again")] * limit
    assert made[-1] == Finish(success=False, why="500")


@pytest.mark.arazzo("E7")
def test_retry_limit_absent() -> None:
    """Not specified, it is a single one."""
    action = FailureAction(name="again", type="retry")

    assert decisions(flow(step("a", failure=(action,))), failed(0), failed(0)) == [
        Repeat(delay=timedelta(0), action="again"),
        Finish(success=False, why="500"),
    ]


@pytest.mark.arazzo("E6")
def test_retry_after() -> None:
    """What the service asks for overrules the document, also to wait less."""
    workflow = flow(step("a", failure=(retry(limit=2),)))

    assert decisions(workflow, failed(0, retry_after=2 * SECOND), failed(0, retry_after=timedelta(0))) == [
        Repeat(delay=2 * SECOND, action="again"),
        Repeat(delay=timedelta(0), action="again"),
    ]


@pytest.mark.arazzo("E5")
def test_retry_with_a_step_or_a_workflow_first() -> None:
    """Either is done before the repetition, and control comes back."""
    by_step = flow(step("a", failure=(retry(step_id="b"),)), step("b"))
    by_workflow = flow(step("a", failure=(retry(workflow_id="other"),)))

    assert decisions(by_step, failed(0)) == [Repeat(delay=SECOND, step=1, action="again")]
    assert decisions(by_workflow, failed(0)) == [Repeat(delay=SECOND, workflow="doc/other", action="again")]


@pytest.mark.arazzo("D7")
def test_budgets_of_a_new_visit() -> None:
    """A step that is visited again may be repeated as often again; budgets are by action, and visits are counted."""
    workflow = flow(step("a", failure=(retry("one"), retry("two"), GIVE_UP)))
    cursor = Cursor()

    for _ in range(2):
        cursor.begin(workflow.steps[0])
        made = [cursor.decide(workflow, failed(0, 1, 2)) for _ in range(3)]
        assert [decision.kind for decision in made] == ["repeat", "repeat", "finish"]
    assert cursor.visits == {"a": 2}
