"""How often the activity of a step may be begun, where a worker was lost: D1."""

from datetime import timedelta
from typing import Any

import pytest

from arazzo.frames import Frame
from arazzo.step_input import StepInput, step_input
from tests.arazzo.documents import document, workflow
from tests.workflows.scripting import plan_of, step
from workflows.arazzo_ports import time_and_attempts


def given(operation: str, **fields: Any) -> StepInput:  # noqa: ANN401 - any fields of a step
    plan = plan_of(document(workflow(steps=[step("one", operation, **fields)])))
    planned = plan.workflows[plan.root]
    return step_input(planned, planned.steps[0], Frame(workflow=plan.root).knows(plan), key="k")


@pytest.mark.arazzo("D1")
@pytest.mark.parametrize(
    ("operation", "fields", "once"),
    [
        ("unkeyed", {}, True),
        ("unkeyed", {"x-idempotency": {}}, False),
        ("act", {}, False),
        ("look", {}, False),
        ("revoke", {}, False),
    ],
)
def test_what_is_not_known_again_is_begun_once(operation: str, fields: dict[str, Any], *, once: bool) -> None:
    """A POST without a key; what has one, and what HTTP calls idempotent, is begun again by another worker."""
    policy = time_and_attempts(given(operation, **fields)).get("retry_policy")

    assert once is (policy is not None and policy.maximum_attempts == 1)


def test_an_activity_has_more_time_than_its_step() -> None:
    """So that it can still say that the step has run out of it; a short time needs no more than usual."""
    long = time_and_attempts(given("act", timeout=60_000)).get("start_to_close_timeout")

    assert long
    assert long > timedelta(minutes=1)
    assert "start_to_close_timeout" not in time_and_attempts(given("act", timeout=1_000))
