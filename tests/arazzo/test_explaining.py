"""What the sentences about a plan say."""

from arazzo.explaining import Explanation, explain
from tests.arazzo.documents import Fields, document, step, workflow
from tests.arazzo.linted import READ, sending, steps
from tests.arazzo.planning import planned


def told(fields: Fields) -> Explanation:
    plan = planned(fields)
    return explain({plan.root: plan})[0]


def sentences(fields: Fields, place: int = 0) -> str:
    return " ".join(told(fields).steps[place].sentences)


RETRY: Fields = {"name": "again", "type": "retry", "retryAfter": 2, "retryLimit": 3}


def test_a_step_says_what_it_calls_and_when_it_has_succeeded() -> None:
    """The operation with its path and source, what it is given, its criteria and what is kept of it."""
    said = sentences(
        steps(
            step(
                operationId="call",
                parameters=[{"name": "id", "in": "query", "value": "$inputs.id"}],
                successCriteria=[{"condition": "$statusCode == 201"}],
                outputs={"made": "$response.body#/id"},
            ),
            inputs={"type": "object", "properties": {"id": {"type": "string"}}},
        )
    )

    assert "of api (call), with id = the input id." in said
    assert "It has succeeded when the status is 201." in said
    assert "Kept for later: made (id of the answer)." in said


def test_what_is_a_success_where_nothing_is_said_is_told() -> None:
    """A step without criteria takes what is below 400, or whatever is answered where the workflow says so."""
    assert "It has succeeded when the status is below 400." in sentences(steps(step()))
    assert "It has succeeded whatever is answered." in sentences(
        steps(step(), **{"x-default-success": "any"})
    )


def test_failure_actions_are_told_in_their_order() -> None:
    """The first that matches is taken; what no action deals with fails the workflow."""
    actions = [
        RETRY,
        {"name": "over", "type": "goto", "stepId": "two", "criteria": [{"condition": "$statusCode == 404"}]},
    ]
    said = sentences(steps(step(onFailure=actions), step("two", **READ)))

    assert (
        "When it fails: it is tried again up to 3 times, every 2 seconds, unless the service says when. "
        "Else if the status is 404, it goes on with two. Else the workflow fails."
    ) in said


def test_what_a_workflow_says_for_all_steps_is_told_once() -> None:
    """A retry that is the same as an earlier step's is not told again."""
    fields = steps(step(), step("two", **READ), failureActions=[RETRY])

    assert "every 2 seconds" in sentences(fields)
    assert "it is tried again as one is. Else the workflow fails." in sentences(fields, 1)


def test_what_is_undone_is_told_newest_first() -> None:
    """In the reverse order of the steps, up to the point of no return, and what stays is named."""
    fields = steps(
        sending(),
        step("stays"),
        sending("two"),
        sending("three", **{"x-point-of-no-return": True}),
        sending("four"),
    )
    ends = " ".join(told(fields).ends)

    assert "before three has succeeded, what it has done is taken back" in ends
    assert "the newest first: three by read, then two by read, then one by read." in ends
    assert "What stays did stays" in ends
    assert "After three it only goes forward: four." in ends
    assert "Point of no return" in sentences(fields, 3)


def test_a_step_that_holds_waits_for_a_person() -> None:
    """What opens an incident is told so."""
    said = sentences(steps(step(**{"x-on-failure": "hold"})))

    assert "When it fails, a person decides how it goes on." in said


def test_people_are_asked_in_their_words() -> None:
    """A question says what is asked, how long it waits, and what comes when nobody answers or somebody declines."""
    asked = {
        "stepId": "ask",
        "x-interaction": {"prompt": "May {$inputs.who} have it?", "timeout": "P3D"},
        "x-onTimeout": [{"name": "late", "type": "end"}],
        "x-onCancel": [{"name": "no", "type": "goto", "stepId": "two"}],
    }
    inputs = {"type": "object", "properties": {"who": {"type": "string"}}}
    said = sentences(steps(asked, step("two", **READ), inputs=inputs))

    assert "A person is asked: “May ‹who› have it?” The flow waits, for 3 days at most." in said
    assert "When it has run out of time: the workflow fails." in said
    assert "When a person declines: it goes on with two." in said


def test_what_is_promised_of_the_whole_is_told() -> None:
    """Who answers for it, by when it should be done, and when it is given up."""
    about = told(
        steps(step(), **{"x-owner": "ops", "x-sla": {"limit": "PT1H", "warn": "PT30M"}, "x-deadline": "P2D"})
    ).about

    assert (
        "ops answers for it.",
        "It should be done within 1 hour; somebody is told after 30 minutes.",
        "It has 2 days to reach its end; after that what it has done is taken back.",
        "It takes nothing.",
    ) == about


def test_the_workflows_that_it_leads_to_are_told_after_it() -> None:
    """A nested workflow has its own sentences, and what it takes."""
    inner = workflow("inner", inputs={"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]})
    plan = planned(
        document(workflow(steps=[step(workflowId="inner", parameters=[{"name": "a", "value": 1}])]), inner)
    )
    outer, other = explain({plan.root: plan})

    assert "Runs workflow inner, with a = 1." in outer.steps[0].sentences
    assert ("inner", "It takes a and b (may be left out).") == (other.workflow, other.about[0])
