"""What the steps of a plan call: the operations that they name, in the words of the text and of other tools."""

import pytest

from arazzo.context import Context
from arazzo.exchange import prepare
from arazzo.problems import Problems
from arazzo.reading import Mode
from arazzo.step_input import step_input
from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import reading, steps
from tests.arazzo.planning import first, planned


@pytest.mark.arazzo("C1", "C2", "C3")
@pytest.mark.parametrize(
    "target",
    [
        {"operationId": "release"},
        {"operationId": "$sourceDescriptions.api.release"},
        {"operationPath": "{$sourceDescriptions.api.url}#/paths/~1things~1{id}/delete"},
        {"operationPath": "$sourceDescriptions.api.url#/paths/~1things~1{id}/delete"},
    ],
)
def test_a_call_has_its_operation_with_it(target: Fields) -> None:
    """Found by its id or by its path; what only dry runs need is left out."""
    parameters = [{"name": "id", "in": "path", "value": 1}]
    call = first(planned(steps({"stepId": "one", "parameters": parameters, **target}))).call

    assert call.operation is not None
    assert ("DELETE", "/things/{id}", "api") == (
        call.operation.method,
        call.operation.path,
        call.operation.source,
    )
    assert ("https://things.example",) == call.operation.servers
    assert {} == call.operation.responses


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(
    "target",
    [
        {"operationId": "api.release"},
        {"operationId": "$api.release"},
        {"operationId": "RELEASE"},
        {"operationId": "$sourceDescriptions.API.release"},
        {"operationPath": "api#/paths/~1things~1{id}/delete"},
        {"operationPath": "DELETE /things/{id}"},
        {"operationPath": "{api}.DELETE /things/{id}"},
        {"operationPath": "$sourceDescriptions.api.release"},
    ],
)
def test_a_call_in_the_words_of_other_tools(target: Fields) -> None:
    """Taken in compat, with a report; an error in strict."""
    content = steps({"stepId": "one", "parameters": [{"name": "id", "in": "path", "value": 1}], **target})

    call = first(planned(content, Mode.COMPAT)).call

    assert call.operation is not None
    assert "release" == call.operation.operation_id
    with pytest.raises(Problems):
        planned(content)


@pytest.mark.arazzo("D21")
def test_an_operation_that_stands_in_the_step_itself() -> None:
    """`x-operation` of other tools is an operation whose URL is all of it."""
    bare = {"stepId": "one", "x-operation": {"url": "https://things.example/calls", "method": "post"}}
    call = first(planned(document(workflow(steps=[bare])), Mode.COMPAT)).call

    assert call.operation is not None
    assert ("POST", "", ("https://things.example/calls",)) == (
        call.operation.method,
        call.operation.path,
        call.operation.servers,
    )


@pytest.mark.arazzo("C2")
def test_an_operation_of_several_sources_has_to_be_qualified() -> None:
    """Strict says so; compat takes the one that has it, and refuses where several have."""
    two = [{"name": "api", "url": "api.yaml"}, {"name": "again", "url": "api.yaml"}]
    content = steps(reading()) | {"sourceDescriptions": two}
    one = steps(reading()) | {
        "sourceDescriptions": [two[0], {"name": "b", "url": "b.yaml", "type": "openapi"}]
    }

    assert "ambiguous-operation" in _rules(content, Mode.COMPAT)
    assert "operation-reference" in _rules(one, Mode.STRICT)
    assert first(planned(one, Mode.COMPAT)).call.operation is not None


def _rules(fields: Fields, mode: Mode) -> set[str]:
    with pytest.raises(Problems) as refused:
        planned(fields, mode)
    return {problem.rule for problem in refused.value.problems}


@pytest.mark.arazzo("C4", "A6")
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("$sourceDescriptions.api.other", "unknown-workflow"),
        ("$sourceDescriptions.nobody.other", "unknown-source"),
    ],
)
def test_a_workflow_of_what_is_no_document_is_refused(name: str, rule: str) -> None:
    """A source has to be there, and to be an Arazzo document."""
    with pytest.raises(Problems) as refused:
        planned(steps({"stepId": "one", "workflowId": name}))

    assert [rule] == [problem.rule for problem in refused.value.problems]


@pytest.mark.arazzo("C4", "D21")
def test_a_workflow_that_is_not_at_hand_is_missing() -> None:
    """As a step, as what is gone to, and as what is waited for; all that is missing is said by the plan."""
    there = "$sourceDescriptions.gone.other"
    away = {"name": "go", "type": "goto", "workflowId": there}
    content = steps({"stepId": "one", "workflowId": there, "onFailure": [away]}, dependsOn=[there])
    content["sourceDescriptions"].append({"name": "gone", "url": "gone.yaml", "type": "arazzo"})
    plan = planned(content)

    assert "file:///flows/gone.yaml is not at hand" == first(plan).call.missing
    assert ("file:///flows/gone.yaml is not at hand", there) == plan.missing
    assert () == planned(steps(reading())).missing


@pytest.mark.arazzo("C4", "D21")
def test_a_workflow_of_the_document_may_be_named_by_an_expression() -> None:
    """Other tools do so; strict knows only its id."""
    own = document(
        workflow(steps=[{"stepId": "one", "workflowId": "$workflows.other"}]), workflow("other", [reading()])
    )

    assert "test/other" == first(planned(own, Mode.COMPAT)).call.workflow
    with pytest.raises(Problems, match="there is no workflow"):
        planned(own)


def test_an_inline_operation_may_have_parameters_in_its_path() -> None:
    """The braces of its URL are filled as those of a description's path are."""
    url, given = "https://things.example/v1/things/{id}", {"name": "id", "in": "path", "value": "t 1"}
    bare = {"stepId": "one", "x-operation": {"url": url, "method": "get"}, "parameters": [given]}
    plan = planned(document(workflow(steps=[bare])), Mode.COMPAT)

    step = step_input(plan.workflows[plan.root], first(plan), Context())

    assert "https://things.example/v1/things/t%201" == prepare(step).http.url
