"""Cases: each branch and each failure of a workflow, brought about and held against what was expected."""

import pytest

from arazzo.dry_runs.case import ENDS_ILL, ENDS_WELL, Case, Expected
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.report import End
from arazzo.dry_runs.suite import Judged, Result, Suite, judged, suite_of
from arazzo.plan import Plan
from tests.arazzo.documents import Field, Fields, workflow
from tests.arazzo.dry import LOOK, PING, PLACE, flow, together
from tests.arazzo.examples import EVERYTHING, NAMES, plan_of

AGAIN: Fields = {
    "name": "again",
    "type": "retry",
    "retryLimit": 2,
    "criteria": [{"condition": "$statusCode == 503"}],
}
SURE: Fields = {"successCriteria": [{"condition": "$statusCode == 202"}]}
PAID = [{"condition": "$response.body#/state == 'paid'"}]


def suite(fields: Fields) -> Suite:
    documents, plan = together(fields)
    return of(DryRuns(documents, plan), plan)


def of(runs: DryRuns, plan: Plan) -> Suite:
    return suite_of(plan, runs, runs.inputs().values)


def looking(**fields: Field) -> Fields:
    return LOOK | fields


def routes(found: Suite) -> dict[str, str]:
    """What was seen of each case."""
    return {one.case.name: " → ".join(one.seen) for one in found.results}


def result(found: Suite, name: str) -> Result:
    return next(one for one in found.results if one.case.name == name)


def test_each_way_of_a_step_is_a_case() -> None:
    """Its success actions and none of them, its failure actions and none of them, used up, and without an answer."""
    actions = [{"name": "paid", "type": "goto", "stepId": "ping", "criteria": PAID}]
    found = suite(flow(PLACE, looking(onSuccess=actions, onFailure=[AGAIN]), looking(stepId="more"), PING))

    assert {
        "look: paid": "place → look [paid] → ping",
        "look: none of its success actions": "place → look → more → ping",
        "look fails: again, then it goes well": "place → look ✖ [again] → look → more → ping",
        "look fails: again, 2 times in vain": "place → look ✖ [again] → look ✖ [again] → look ✖",
        "look fails: none of its failure actions": "place → look ✖",
        "look gets no answer": "place → look ✖",
    } == {name: route for name, route in routes(found).items() if name.startswith("look")}
    assert {Judged.AS_EXPECTED} == {one.judged for one in found.results}
    assert ("look: paid", "look: again") == found.actions == found.taken


def test_what_was_done_is_seen_undone() -> None:
    """Each failure says what would be taken back."""
    found = suite(flow(PLACE, PING))

    (report,) = (result(found, "ping fails").report,)
    assert report is not None
    assert ("place",) == report.undone


def test_a_step_behind_a_failure_is_reached_by_it() -> None:
    """Though nothing else leads there."""
    away = {
        "name": "elsewhere",
        "type": "goto",
        "stepId": "other",
        "criteria": [{"condition": "$statusCode == 422"}],
    }
    end = {"name": "done", "type": "end"}
    steps = (PING | {"onFailure": [away], "onSuccess": [end]}, PING | {"stepId": "other"})
    found = suite(flow(*steps))

    assert "ping ✖ [elsewhere] → other ✖" == routes(found)["other fails"]


def test_actions_behind_one_that_always_matches_cannot_be_reached() -> None:
    """It is said which one stands before them, and they are not counted as taken."""
    ends = [{"name": "first", "type": "end"}, {"name": "second", "type": "end"}]
    found = suite(flow(PING | {"onSuccess": ends, "onFailure": ends}, PING | {"stepId": "never"}))

    reasons = {one.case.name: one.why for one in found.results if one.judged is Judged.NOT_REACHED}
    assert {
        "ping: second": "first, which stands before it, always matches",
        "ping fails: second": "first, which stands before it, always matches",
        "never is reached": "nothing leads there",
    } == reasons
    assert ("ping: first",) == found.taken[:1]


def test_what_no_answer_can_bring_about_says_why() -> None:
    """As where an action wants what is not in the answer."""
    never = {"name": "never", "type": "end", "criteria": [{"condition": "$inputs.no == 1"}]}
    inputs = {"type": "object", "properties": {"no": {"type": "string"}}}
    found = suite(flow(PING | {"onSuccess": [never]}, inputs=inputs))

    assert result(found, "ping: never").judged is Judged.NOT_REACHED
    assert "no answer was found" in result(found, "ping: never").why


def test_a_branch_that_leaves_out_what_is_needed_goes_otherwise() -> None:
    """The step that it leads to cannot be asked for."""
    skip = {
        "name": "skip",
        "type": "goto",
        "stepId": "look",
        "criteria": [{"condition": "$statusCode == 204"}],
    }
    found = suite(flow(PING | {"onSuccess": [skip]}, PLACE, LOOK))

    wrong = result(found, "ping: skip")
    assert wrong.judged is Judged.OTHERWISE
    assert "the parameter id in path is missing" in wrong.why
    assert result(found, "all goes well").judged is Judged.AS_EXPECTED


def test_a_request_that_cannot_be_built_is_otherwise() -> None:
    """Though an action leads on from it, and all completes."""
    missing = {"name": "id", "in": "path", "value": "$steps.ping.outputs.nothing"}
    on = {"name": "on", "type": "goto", "stepId": "last"}
    first = PING | {"outputs": {"nothing": "$response.header.X-Nothing"}}
    found = suite(flow(first, looking(parameters=[missing], onFailure=[on]), PING | {"stepId": "last"}))

    wrong = result(found, "look fails: on")
    assert Judged.OTHERWISE is wrong.judged
    assert wrong.why.startswith("call of look: the parameter id in path is missing")


@pytest.mark.parametrize("repair", [{"stepId": "place"}, {"workflowId": "mend"}])
def test_what_is_called_before_a_retry_is_no_step_of_the_route(repair: Fields) -> None:
    """A repair goes well, while the step that it is for goes on failing."""
    mend = workflow("mend", [PING | {"stepId": "mended"}])
    found = suite(flow(PLACE, PING | {"onFailure": [AGAIN | repair]}, others=[mend]))

    assert (
        "place → ping ✖ [again] → ping ✖ [again] → ping ✖"
        == routes(found)["ping fails: again, 2 times in vain"]
    )
    assert Judged.AS_EXPECTED is result(found, "ping fails: again, 2 times in vain").judged


def test_a_workflow_that_is_tried_again_fails_again() -> None:
    """Once, and then it goes well; or each time."""
    inner = workflow("inner", [PING | {"stepId": "inside", "onFailure": [AGAIN]}])
    again = {"name": "once more", "type": "retry", "retryLimit": 2}
    found = suite(flow({"stepId": "run", "workflowId": "inner", "onFailure": [again]}, others=[inner]))

    seen = routes(found)
    assert "run ✖ [once more] → run" == seen["run fails: once more, then it goes well"]
    in_vain = "run ✖ [once more] → run ✖ [once more] → run ✖"
    assert in_vain == seen["run fails: once more, 2 times in vain"]


def test_people_messages_and_workflows_fail_too() -> None:
    """A no, a decision that is late, a message that does not come, and a workflow that fails."""
    ask = {"stepId": "ask", "x-interaction": {"prompt": "May it?", "timeout": "P1D"}}
    inner = workflow("inner", [PING | {"stepId": "inside"}])
    found = suite(flow(ask, {"stepId": "run", "workflowId": "inner"}, others=[inner]))

    seen = routes(found)
    assert ("ask ✖", "ask ✖") == (seen["ask is declined"], seen["ask is decided too late"])
    assert "ask → run ✖" == seen["run fails"]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_do_what_they_say(name: str) -> None:
    """Every case of every example goes as expected, and every action is taken."""
    plan = plan_of(name)
    found = of(DryRuns(EVERYTHING, plan), plan)

    assert [] == [(one.case.name, one.why) for one in found.results if one.judged is not Judged.AS_EXPECTED]
    assert found.actions == found.taken


@pytest.mark.parametrize(
    ("route", "ends", "why"),
    [
        ((Expected("pong", success=True),), ENDS_WELL, "pong was expected, and did not come"),
        ((Expected("ping", success=False),), ENDS_WELL, "ping ✖ was expected, and did not come"),
        (
            (Expected("ping", success=True, action="on"),),
            ENDS_WELL,
            "ping [on] was expected, and did not come",
        ),
        ((), ENDS_ILL, "it is completed, and failed or held was expected"),
    ],
)
def test_what_is_expected_is_held_against_what_was_seen(
    route: tuple[Expected, ...], ends: frozenset[End], why: str
) -> None:
    """A step, what comes of it, the action that it leads to, and the end."""
    documents, plan = together(flow(PING))

    found = judged(Case("one", (), route, ends), DryRuns(documents, plan), {})

    assert (Judged.OTHERWISE, why) == (found.judged, found.why)


def test_another_way_is_looked_for() -> None:
    """The shortest way to a step may be one that no answer takes."""
    here = {
        "name": "here",
        "type": "goto",
        "stepId": "other",
        "criteria": [{"condition": "$statusCode < 300"}],
    }
    found = suite(
        flow(PING | {"onSuccess": [here]} | SURE, PING | {"stepId": "next"}, PING | {"stepId": "other"})
    )

    assert "ping [here] → other ✖" == routes(found)["other fails"]
    assert result(found, "next fails").judged is Judged.NOT_REACHED
