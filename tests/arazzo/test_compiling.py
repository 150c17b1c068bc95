"""What a plan is made of: everything that was said somewhere else stands in the step that it is for."""

import pytest

from arazzo.compiling import compile_plan, compile_plans
from arazzo.elements import FailureAction, SuccessAction
from arazzo.identity import DocumentSet
from arazzo.inputs import wrong_with_inputs
from arazzo.plan import Plan
from arazzo.problems import Problems
from arazzo.reading import Mode
from tests.arazzo.api import API
from tests.arazzo.documents import document, loaded, workflow
from tests.arazzo.linted import GOTO, reading, sending, steps
from tests.arazzo.planning import first, passed, planned


@pytest.mark.arazzo("D6")
def test_a_plan_is_json_and_known_by_its_hash() -> None:
    """It comes back as it was; the same documents give the same hash, and a changed one another."""
    plan = planned(steps(reading()))
    back = Plan.model_validate_json(plan.model_dump_json())

    assert (plan, plan.sha256) == (back, back.sha256)
    assert plan.sha256 == planned(steps(reading())).sha256
    assert plan.sha256 != planned(steps(reading("other"))).sha256
    assert ("test/main", "A test", "1") == (plan.root, plan.title, plan.version)


@pytest.mark.arazzo("B4", "C6", "C8")
def test_a_step_has_the_parameters_of_its_workflow() -> None:
    """Overridden by the same name and place, never removed; references are put in their place, with their own value."""
    content = steps(
        reading(
            parameters=[
                {"name": "x-trace", "in": "header", "value": "step"},
                {"reference": "$components.parameters.q", "value": "overridden"},
            ]
        ),
        parameters=[
            {"name": "X-Trace", "in": "header", "value": "workflow"},
            {"name": "q", "in": "header", "value": "another place"},
        ],
    ) | {"components": {"parameters": {"q": {"name": "q", "in": "query", "value": "default"}}}}

    assert [
        ("q", "header", "another place"),
        ("x-trace", "header", "step"),
        ("q", "query", "overridden"),
    ] == passed(first(planned(content)))


@pytest.mark.arazzo("C5")
def test_the_parameters_of_a_workflow_are_its_inputs() -> None:
    """They have no place, and one name is one input."""
    content = document(
        workflow(
            steps=[{"stepId": "one", "workflowId": "other", "parameters": [{"name": "a", "value": "step"}]}],
            parameters=[
                {"name": "a", "in": "query", "value": "workflow"},
                {"name": "b", "in": "header", "value": 1},
            ],
        ),
        workflow("other", [reading()], inputs={"properties": {"a": {}, "b": {}}}),
    )

    assert [("b", None, 1), ("a", None, "step")] == passed(first(planned(content)))
    assert "test/other" == first(planned(content)).call.workflow


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(("name", "place"), [("id", "path"), ("X-Trace", "header"), ("other", "query")])
def test_a_parameter_without_place_goes_where_the_operation_declares_it(name: str, place: str) -> None:
    """In compat; strict refuses it."""
    operation = "release" if name == "id" else "read"
    content = steps(reading(operationId=operation, parameters=[{"name": name, "value": 1}]))

    assert [(name, place, 1)] == passed(first(planned(content, Mode.COMPAT)))


@pytest.mark.arazzo("B4", "D14", "A10")
def test_the_actions_of_a_step_stand_in_place_of_those_of_its_workflow() -> None:
    """No list takes the workflow's, an empty one takes none, and components are put in their place."""
    action = {"reference": "$components.failureActions.stop"}
    content = steps(
        reading("a"),
        reading("b", onFailure=[], onSuccess=[]),
        reading("c", onFailure=[action], onSuccess=[GOTO | {"stepId": "d"}]),
        reading("d"),
        failureActions=[{"name": "again", "type": "retry"}],
        successActions=[{"name": "on", "type": "goto", "stepId": "b", "criteria": [{"condition": "true"}]}],
    ) | {"components": {"failureActions": {"stop": {"name": "stop", "type": "end"}}}}
    plan = planned(content)
    named = [
        ([one.name for one in step.step.on_success or () if isinstance(one, SuccessAction)],
         [one.name for one in step.step.on_failure or () if isinstance(one, FailureAction)])
        for step in plan.workflows[plan.root].steps
    ]  # fmt: skip

    assert [(["on"], ["again"]), ([], []), (["go"], ["stop"]), (["on"], ["again"])] == named


@pytest.mark.arazzo("B3", "C4", "A6", "E8")
def test_a_plan_reaches_into_other_documents() -> None:
    """Steps, actions, dependencies and compensations lead to workflows there, by the identity of the document."""
    other = loaded(
        document(
            *(workflow(name, [reading()]) for name in "abcd"),
            **{"$self": "https://example.com/other.arazzo.yaml"},
        ),
        uri="file:///anywhere.yaml",
    )
    content = steps(
        {"stepId": "one", "workflowId": "$sourceDescriptions.other.a"},
        reading(
            "two",
            onFailure=[{"name": "go", "type": "goto", "workflowId": "$sourceDescriptions.other.b"}],
            **{"x-compensate": {"workflowId": "d", "sourceDescription": "other"}},
        ),
        dependsOn=["$sourceDescriptions.other.c"],
    )
    content["sourceDescriptions"].append(
        {"name": "other", "url": "https://example.com/other.arazzo.yaml", "type": "arazzo"}
    )
    plan = planned(content, others=(other,))
    main = plan.workflows["test/main"]

    assert {"test/main", "other/a", "other/b", "other/c", "other/d"} == plan.workflows.keys()
    assert ("other/c",) == main.depends_on
    assert "other/a" == main.steps[0].call.workflow
    assert {"$sourceDescriptions.other.b": "other/b"} == main.steps[1].targets
    assert main.steps[1].compensation is not None
    assert "other/d" == main.steps[1].compensation.workflow
    assert {"api", "other"} == plan.sources["test"].keys()


def test_a_step_says_what_it_needs_of_its_run() -> None:
    """Inputs and what went before, once, without pointers; what is of its own exchange is not needed."""
    step = sending(
        requestBody={"payload": {"a": "$inputs.a#/b", "b": ["{$inputs.a} and {$steps.zero.outputs.id}"]}},
        outputs={"c": "$response.body#/c", "d": "$inputs.d"},
        successCriteria=[{"condition": "$statusCode == $inputs.status && '$inputs.quoted' != ''"}],
    )
    content = steps(reading("zero", outputs={"id": "$response.body"}), step, inputs={"type": "object"})

    assert ("$inputs.a", "$inputs.d", "$inputs.status", "$steps.zero.outputs.id") == (
        planned(content).workflows["test/main"].steps[1].needs
    )


@pytest.mark.arazzo("B2")
def test_inputs_have_no_reference_out_of_themselves() -> None:
    """Neither by pointer nor by `$anchor`, nor into a circle."""
    content = steps(
        reading(),
        inputs={
            "type": "object",
            "properties": {
                "one": {"$ref": "#/components/inputs/one"},
                "two": {"$ref": "#second"},
                "tree": {"$ref": "#/components/inputs/tree"},
            },
        },
    ) | {
        "components": {
            "inputs": {
                "one": {"type": "integer"},
                "two": {"$anchor": "second", "type": "boolean"},
                "tree": {"type": "object", "properties": {"child": {"$ref": "#/components/inputs/tree"}}},
            }
        }
    }
    schema = planned(content).workflows["test/main"].inputs

    assert [] == wrong_with_inputs(schema, {"one": 1, "two": True, "tree": {"child": {"child": {}}}})
    assert 3 == len(wrong_with_inputs(schema, {"one": "1", "two": 2, "tree": {"child": {"child": 3}}}))


def test_what_is_not_at_hand_is_said_in_the_plan() -> None:
    """The plan can be looked at; whoever would run it knows what is missing."""
    content = steps(reading()) | {
        "sourceDescriptions": [{"name": "api", "url": "elsewhere.yaml", "type": "openapi"}]
    }

    assert "file:///flows/elsewhere.yaml is not at hand" == first(planned(content)).call.missing


def test_every_workflow_of_a_document_has_a_plan() -> None:
    """Each with what it reaches, and nothing else; one that is not named has to be the only one."""
    root = loaded(document(workflow("a", [reading()]), workflow("b", [{"stepId": "one", "workflowId": "a"}])))
    plans = compile_plans(DocumentSet([root], [API]), root)

    assert {"a": {"test/a"}, "b": {"test/a", "test/b"}} == {
        name: set(plan.workflows) for name, plan in plans.items()
    }
    with pytest.raises(Problems, match="there are 2 workflows"):
        compile_plan(DocumentSet([root], [API]), root)
    with pytest.raises(Problems, match="there is no workflow c"):
        compile_plan(DocumentSet([root], [API]), root, "c")


def test_the_only_workflow_need_not_be_named() -> None:
    """Documents with one name are told apart by a number, and a name has no endings."""
    both = [loaded(steps(reading()), uri=f"file:///{folder}/Same name.arazzo.json") for folder in "abc"]
    plans = [compile_plan(DocumentSet(both), one) for one in both]

    assert ["Same-name/main", "Same-name-2/main", "Same-name-3/main"] == [plan.root for plan in plans]
