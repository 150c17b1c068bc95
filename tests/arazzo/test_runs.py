"""What only a run shows, by the loop that durable and dry runs share."""

from datetime import timedelta

import pytest

from arazzo.driving import MOST_CALLS
from tests.arazzo.linted import reading, steps
from tests.arazzo.planning import planned
from tests.arazzo.rehearsed import Answers, by_body, rehearsed

OK = [{"condition": "$statusCode == 200"}]


@pytest.mark.arazzo("C12", "C13")
async def test_one_criterion_that_does_not_hold_fails_the_step() -> None:
    """Whatever the others say; without an action the workflow breaks off, and says which one it was."""
    both = [{"condition": "$response.body#/a == 1"}, {"condition": "$response.body#/a == 2"}]
    run = await rehearsed(
        planned(steps(reading("one", successCriteria=both), reading("two"))), {"one": ['{"a": 1}']}
    )

    assert (["one"], False, "one") == (run.calls, run.outcome.success, run.outcome.step)
    assert run.outcome.why.startswith("$response.body#/a == 2 does not hold")


@pytest.mark.arazzo("C14", "D13", "D16", "B5")
async def test_the_outputs_of_a_failed_step_and_run_are_evaluated() -> None:
    """From the answer that has failed it; what has not run is null."""
    content = steps(
        by_body("one", "$statusCode == 201", onFailure=[{"name": "over", "type": "end"}]),
        by_body("two"),
        outputs={"one": "$steps.one.outputs.a", "two": "$steps.two.outputs.a"},
    )
    run = await rehearsed(planned(content), {"one": ['{"a": 1}']})

    assert (False, {"one": 1, "two": None}) == (run.outcome.success, run.outcome.outputs)


@pytest.mark.arazzo("E3")
async def test_end_after_a_success_ends_with_success() -> None:
    """The steps behind it are not called."""
    run = await rehearsed(
        planned(steps(reading("one", onSuccess=[{"name": "over", "type": "end"}]), reading("two")))
    )

    assert (["one"], True) == (run.calls, run.outcome.success)


@pytest.mark.arazzo("E2", "E4")
async def test_the_first_action_that_matches_is_executed() -> None:
    """In the order of the list, by what was answered."""
    go = [
        {
            "name": name,
            "type": "goto",
            "stepId": name,
            "criteria": [{"condition": f"$response.body#/a >= {least}"}],
        }
        for name, least in (("high", 3), ("middle", 2), ("low", 1))
    ]
    content = steps(by_body("one", onSuccess=go), *map(reading, ("low", "middle", "high")))

    for answer, after in ((1, ["low", "middle", "high"]), (2, ["middle", "high"]), (3, ["high"])):
        run = await rehearsed(planned(content), {"one": [f'{{"a": {answer}}}']})
        assert ["one", *after] == run.calls


@pytest.mark.arazzo("D3", "E6")
@pytest.mark.parametrize(
    ("given", "waited"),
    [
        ({"Retry-After": "3"}, "3 s, as again says"),
        ({"retry-after": "Thu, 01 Jan 2026 00:01:30 GMT"}, "90 s, as again says"),
        ({"Retry-After": "Wed, 31 Dec 2025 23:59:59 GMT"}, "0 s, as again says"),
        ({"Retry-After": "soon"}, "0.25 s, as again says"),
        ({}, "0.25 s, as again says"),
    ],
)
async def test_how_long_a_retry_waits(given: dict[str, str], waited: str) -> None:
    """As the answer says, in seconds or by a date; else as the document says, with decimals."""
    again = {"name": "again", "type": "retry", "retryAfter": 0.25}
    run = await rehearsed(planned(steps(reading("one", onFailure=[again]))), {"one": [given, 200]})

    assert ([waited], True) == (run.waits, run.outcome.success)


@pytest.mark.arazzo("E7", "D7")
async def test_a_new_visit_may_be_repeated_as_often_again() -> None:
    """A goto back begins anew; the step that was left stays as it was."""
    again = {"name": "again", "type": "retry", "retryLimit": 2}
    content = steps(
        reading("one", onFailure=[again]),
        by_body("two", onSuccess=[
            {"name": "back", "type": "goto", "stepId": "one", "criteria": [{"condition": "$response.body#/a == 1"}]}
        ]),
    )  # fmt: skip
    answers: Answers = {"one": [500, 500, 200, 500, 500, 200], "two": ['{"a": 1}', '{"a": 2}']}
    run = await rehearsed(planned(content), answers)

    assert (["one", "one", "one", "two"] * 2, True) == (run.calls, run.outcome.success)


@pytest.mark.arazzo("D7", "D22")
@pytest.mark.parametrize("status", [200, 500])
async def test_a_loop_without_end_is_ended(status: int) -> None:
    """After so many calls the run has failed, whatever its actions say."""
    back = [{"name": "back", "type": "goto", "stepId": "one"}]
    content = steps(reading("one", onSuccess=back, onFailure=back))
    run = await rehearsed(planned(content), {"one": [status]}, done=MOST_CALLS - 3)

    assert (["one"] * 3, False) == (run.calls, run.outcome.success)
    assert f"more than {MOST_CALLS} calls in one run" == run.outcome.why


@pytest.mark.arazzo("D17", "E2")
async def test_no_answer_is_a_failure_without_a_status() -> None:
    """Criteria are not asked, actions without criteria match, and the status is null."""
    actions = [
        {
            "name": "answered",
            "type": "goto",
            "stepId": "two",
            "criteria": [{"condition": "$statusCode != null"}],
        },
        {"name": "silent", "type": "goto", "stepId": "three"},
    ]
    content = steps(reading("one", onFailure=actions), reading("two"), reading("three"))

    assert ["one", "three"] == (await rehearsed(planned(content), {"one": [None]})).calls
    assert ["one", "two", "three"] == (await rehearsed(planned(content), {"one": [500]})).calls


@pytest.mark.arazzo("C16")
async def test_a_step_whose_dependency_has_not_completed_is_not_called() -> None:
    """To depend on a step starts nothing; the step fails, and its actions are asked."""
    content = steps(
        reading("one", onSuccess=[{"name": "on", "type": "goto", "stepId": "three"}]),
        reading("two"),
        reading("three", dependsOn=["two"], onFailure=[{"name": "go", "type": "goto", "stepId": "four"}]),
        reading("four"),
    )
    run = await rehearsed(planned(content))

    assert (["one", "four"], True) == (run.calls, run.outcome.success)


@pytest.mark.arazzo("C16")
async def test_steps_that_depend_on_the_same_run_side_by_side() -> None:
    """Where the document says what they depend on, and that is none of the others."""
    content = steps(
        reading("one"),
        reading("left", dependsOn=["one"]),
        reading("right", dependsOn=["one"]),
        reading("last", dependsOn=["left", "right"]),
    )
    run = await rehearsed(planned(content), {"left": [500], "right": [200]})

    assert (["one", "left", "right"], "left") == (run.calls, run.outcome.step)


@pytest.mark.arazzo("D5")
async def test_only_what_is_asked_for_leaves_a_step() -> None:
    """Neither the body of an answer nor what the step does not read goes anywhere."""
    content = steps(
        by_body("one"),
        by_body("two", "$steps.one.outputs.a == 1"),
        inputs={"properties": {"known": {}, "secret": {}}},
    )
    answers = {name: ['{"a": 1, "b": "SECRET"}'] for name in ("one", "two")}
    run = await rehearsed(planned(content), answers, {"secret": "SECRET"})
    verdicts = [one.verdict.model_dump_json() for one in run.ports.happened if one.verdict]

    assert run.outcome.success
    assert {"one": {"a": 1}} == run.inputs[1].steps
    assert not [said for said in verdicts if "SECRET" in said]
    assert "SECRET" not in run.inputs[1].model_dump_json()


@pytest.mark.arazzo("D2")
async def test_from_what_the_key_of_a_call_follows() -> None:
    """The same over the retries of a visit, another after a return by goto."""
    again = {"name": "again", "type": "retry"}
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "one",
        "criteria": [{"condition": "$response.body#/a == 1"}],
    }
    content = steps(by_body("one", onFailure=[again], onSuccess=[back]))
    run = await rehearsed(planned(content), {"one": [500, '{"a": 1}', '{"a": 2}']})

    assert ["one-1", "one-1", "one-2"] == [one.key for one in run.inputs]


@pytest.mark.arazzo("C15")
def test_a_timeout_is_in_milliseconds() -> None:
    """As it stands in the plan."""
    assert (
        timedelta(seconds=1.5)
        == planned(steps(reading(timeout=1500))).workflows["test/main"].steps[0].step.timeout
    )


@pytest.mark.arazzo("D12")
@pytest.mark.parametrize(("default", "ends"), [("any", True), ("below-400", False)])
async def test_what_success_is_without_criteria_can_be_said(default: str, ends: bool) -> None:  # noqa: FBT001
    """The text does not say it; `x-default-success` does."""
    bare = {name: value for name, value in reading("one").items() if name != "successCriteria"}
    content = steps(bare, **{"x-default-success": default})
    run = await rehearsed(planned(content), {"one": [404]})

    (called,) = run.ports.happened
    assert called.verdict is not None
    assert (ends, 404) == (run.outcome.success, called.verdict.status)


@pytest.mark.arazzo("C11", "C9")
async def test_a_body_with_get_is_sent() -> None:
    """As JSON, where nothing else is said."""
    run = await rehearsed(
        planned(
            steps(reading("one", requestBody={"payload": {"a": "{$inputs.a} b"}}), inputs={"type": "object"})
        ),
        inputs={"a": 1},
    )
    sent = [one.request for one in run.ports.happened if one.request]

    assert [("GET", b'{"a":"1 b"}')] == [(one.http.method, one.http.content) for one in sent]


@pytest.mark.arazzo("D20", "E5")
async def test_a_retry_that_names_its_own_step_sends_it_once() -> None:
    """The step is its own repair: that it is repeated is enough."""
    again = {"name": "again", "type": "retry", "stepId": "one"}
    run = await rehearsed(planned(steps(reading("one", onFailure=[again]))), {"one": [503, 200]})

    assert (["one", "one"], True) == (run.calls, run.outcome.success)
