"""Runs of workflows that run, go to, repair by or depend on others."""

import pytest

from arazzo.driving import MOST_CALLS, MOST_NESTED
from arazzo.reading import Mode
from arazzo.rehearsal import MOST_TRANSFERS
from tests.arazzo.documents import Fields, document, loaded, workflow
from tests.arazzo.linted import reading
from tests.arazzo.planning import planned
from tests.arazzo.rehearsed import by_body, rehearsed


@pytest.mark.arazzo("E4", "E8", "D8")
async def test_a_goto_to_a_workflow_hands_over() -> None:
    """With the inputs that the action gives; nothing comes back, and the result is the other's."""
    given = [{"name": "a", "value": "$response.body#/a"}]
    content = document(
        workflow(
            steps=[
                by_body(
                    "one",
                    onSuccess=[{"name": "go", "type": "goto", "workflowId": "other", "parameters": given}],
                ),
                reading("two"),
            ],
            inputs={"properties": {"a": {}}},
            outputs={"mine": "$inputs.a"},
        ),
        workflow(
            "other", [reading("three")], inputs={"properties": {"a": {}}}, outputs={"theirs": "$inputs.a"}
        ),
    )
    run = await rehearsed(planned(content), {"one": ['{"a": 7}']}, {"a": 1})

    assert (["one", "three"], {"theirs": 7}) == (run.calls, run.outcome.outputs)


@pytest.mark.arazzo("D7")
async def test_workflows_that_lead_to_each_other_end() -> None:
    """After so many times the run has failed."""
    go = {"name": "go", "type": "goto"}
    content = document(
        workflow(steps=[reading("one", onSuccess=[go | {"workflowId": "other"}])]),
        workflow("other", [reading("two", onSuccess=[go | {"workflowId": "main"}])]),
    )
    run = await rehearsed(planned(content))

    assert (MOST_TRANSFERS + 1, False) == (len(run.calls), run.outcome.success)


@pytest.mark.arazzo("D10")
async def test_what_two_nested_workflows_depend_on_is_run_once() -> None:
    """The first hands back what came before it."""
    nested = [{"stepId": name, "workflowId": name} for name in ("left", "right")]
    content = document(
        workflow(steps=nested),
        *(workflow(name, [reading("one")], dependsOn=["before"]) for name in ("left", "right")),
        workflow("before", [reading("first")]),
    )

    assert ["first", "one", "one"] == (await rehearsed(planned(content))).calls


RUN_MAIN = {"stepId": "again", "workflowId": "main"}
RUN_OTHER = {"stepId": "again", "workflowId": "other"}


@pytest.mark.arazzo("D7", "D22")
@pytest.mark.parametrize(
    "content",
    [
        document(workflow(steps=[RUN_MAIN])),
        document(workflow(steps=[RUN_OTHER]), workflow("other", [RUN_MAIN])),
        document(
            workflow(steps=[reading("one", onFailure=[{"name": "r", "type": "retry", "workflowId": "main"}])])
        ),
    ],
)
async def test_a_workflow_that_runs_itself_ends(content: Fields) -> None:
    """So deep, and no deeper."""
    run = await rehearsed(planned(content), {"one": [500]})
    ran = [one for one in run.ports.happened if one.kind == "workflow"]

    assert (MOST_NESTED, False) == (len(ran), run.outcome.success)


@pytest.mark.arazzo("D7", "D22")
async def test_calls_are_counted_over_all_workflows_of_a_run() -> None:
    """Workflows that run others more than once each cannot make more calls than one with a loop."""
    twice = [{"stepId": name, "workflowId": "other"} for name in ("left", "right")]
    content = document(workflow(steps=twice), workflow("other", [reading("one"), reading("two")]))
    whole = await rehearsed(planned(content), done=MOST_CALLS - 6)
    cut = await rehearsed(planned(content), done=MOST_CALLS - 5)

    assert (["one", "two", "one", "two"], True) == (whole.calls, whole.outcome.success)
    assert (["one", "two", "one"], False) == (cut.calls, cut.outcome.success)


@pytest.mark.arazzo("E5", "E8")
async def test_a_repair_has_the_inputs_that_its_action_gives() -> None:
    """And the step is repeated after it, whatever the repair came to."""
    given = [{"name": "a", "value": "$statusCode"}]
    again = {"name": "again", "type": "retry", "workflowId": "repair", "parameters": given}
    check = reading("check", successCriteria=[{"condition": "$inputs.a == 200"}])
    content = document(
        workflow(steps=[reading("one", onFailure=[again])]),
        workflow("repair", [check], inputs={"properties": {"a": {}}}),
    )
    run = await rehearsed(planned(content), {"one": [503, 200]})

    assert (["one", "check", "one"], True) == (run.calls, run.outcome.success)
    assert {"a": 503} == run.inputs[1].inputs


@pytest.mark.arazzo("B2", "D9")
async def test_a_workflow_is_not_run_with_inputs_that_it_does_not_take() -> None:
    """The step that would run it fails; defaults are applied before."""
    schema = {"type": "object", "properties": {"a": {"type": "integer", "default": 3}}}
    inner = workflow("inner", [reading("in")], inputs=schema, outputs={"a": "$inputs.a"})

    def outer(*parameters: Fields) -> Fields:
        call = {
            "stepId": "one",
            "workflowId": "inner",
            "parameters": list(parameters),
            "outputs": {"a": "$outputs.a"},
        }
        return document(workflow(steps=[call], outputs={"a": "$steps.one.outputs.a"}), inner)

    right = await rehearsed(planned(outer()))
    wrong = await rehearsed(planned(outer({"name": "a", "value": "many"})))

    assert (["in"], {"a": 3}) == (right.calls, right.outcome.outputs)
    assert ([], False) == (wrong.calls, wrong.outcome.success)


@pytest.mark.arazzo("B3", "D10")
async def test_dependencies_are_run_once_with_the_inputs_that_they_declare() -> None:
    """Also those of dependencies, which know each other's outputs."""
    content = document(
        workflow(steps=[reading("main")], dependsOn=["left", "right"]),
        workflow("left", [reading("a")], inputs={"properties": {"a": {}}}, dependsOn=["right"]),
        workflow("right", [reading("b")], inputs={"properties": {"b": {}}}),
    )
    run = await rehearsed(planned(content), inputs={"a": 1, "b": 2, "c": 3})
    ran = [(one.workflow, one.text) for one in run.ports.happened if one.kind == "workflow"]

    assert ["b", "a", "main"] == run.calls
    assert ("test/main", "test/left") in ran


@pytest.mark.arazzo("E4", "B2")
async def test_a_workflow_is_not_gone_to_with_inputs_that_it_does_not_take() -> None:
    """The run fails with the step that would have gone there."""
    go = {
        "name": "go",
        "type": "goto",
        "workflowId": "other",
        "parameters": [{"name": "a", "value": "many"}],
    }
    schema = {"properties": {"a": {"type": "integer"}}}
    content = document(
        workflow(steps=[reading("one", onSuccess=[go])]),
        workflow("other", [reading("two")], inputs=schema),
    )
    run = await rehearsed(planned(content))

    assert (["one"], False, "one") == (run.calls, run.outcome.success, run.outcome.step)
    assert run.outcome.why.startswith("test/other does not take it")


@pytest.mark.arazzo("B1")
async def test_names_know_their_case_and_steps_their_order() -> None:
    """Two workflows whose ids differ in case are two; steps are called as they stand."""
    content = document(
        workflow("shop", [{"stepId": "b", "workflowId": "Shop"}, reading("a")]),
        workflow("Shop", [reading("c")]),
    )

    assert ["c", "a"] == (await rehearsed(planned(content))).calls


@pytest.mark.arazzo("D9")
async def test_a_step_that_runs_a_workflow_has_no_status() -> None:
    """In compat it may be asked for, and is null."""
    inner = workflow("inner", [reading("in")])

    def asking(condition: str) -> Fields:
        call = {"stepId": "one", "workflowId": "inner", "successCriteria": [{"condition": condition}]}
        return document(workflow(steps=[call]), inner)

    assert (await rehearsed(planned(asking("$statusCode == null"), Mode.COMPAT))).outcome.success
    assert not (await rehearsed(planned(asking("$statusCode == 200"), Mode.COMPAT))).outcome.success


@pytest.mark.parametrize(
    ("ran", "needed", "runs"),
    [("near", "near", True), ("near", "far", False), ("far", "far", True), ("far", "near", False)],
)
async def test_a_step_depends_on_a_step_of_another_workflow(ran: str, needed: str, *, runs: bool) -> None:
    """Of its document or of another one, where the workflows of both have the same id."""
    inner = workflow("inner", [reading("in")])
    far = loaded(document(inner), uri="file:///flows/far.arazzo.yaml")
    workflows = {"near": "inner", "far": "$sourceDescriptions.far.inner"}
    steps = {"near": "$workflows.inner.steps.in", "far": "$sourceDescriptions.far.inner.steps.in"}
    run_it = {"stepId": "run", "workflowId": workflows[ran]}
    content = document(
        workflow(steps=[run_it, reading("last", dependsOn=[steps[needed]])]),
        inner,
        sourceDescriptions=[
            {"name": "api", "url": "api.yaml", "type": "openapi"},
            {"name": "far", "url": "far.arazzo.yaml", "type": "arazzo"},
        ],
    )
    run = await rehearsed(planned(content, others=(far,)))

    assert (["in", *(["last"] if runs else [])], runs) == (run.calls, run.outcome.success)
