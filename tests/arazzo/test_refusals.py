"""What no mode takes: the meaning is missing, or contradicts itself."""

import pytest

from arazzo.reading import Mode
from tests.arazzo.documents import Fields, document, refusals, with_step, workflow

WRONG: dict[str, tuple[Fields, str, str]] = {
    "no arazzo": ({"info": {}}, "missing-field", ""),
    "a list": (document(arazzo=["1.1.0"]), "wrong-kind", "/arazzo"),
    "a later version": (document(version="1.2.0"), "version", "/arazzo"),
    "no title": (document(info={"version": "1"}), "missing-field", "/info"),
    "no workflow": (document() | {"workflows": []}, "missing-field", "/workflows"),
    "a fragment in $self": (document(**{"$self": "https://a/b#c"}), "self-fragment", "/$self"),
    "no URI": (
        document(sourceDescriptions=[{"name": "a", "url": "a b"}]),
        "no-uri",
        "/sourceDescriptions/0/url",
    ),
    "a host that is none": (
        document(sourceDescriptions=[{"name": "a", "url": "http://[1"}]),
        "no-uri",
        "/sourceDescriptions/0/url",
    ),
    "an unknown type": (
        document(sourceDescriptions=[{"name": "a", "url": "a", "type": "raml"}]),
        "unknown-value",
        "/sourceDescriptions/0/type",
    ),
    "no step": (document(workflow(steps=[])), "empty-list", "/workflows/0/steps"),
    "steps by name": (
        document({"workflowId": "main", "steps": {"one": {}}}),
        "wrong-kind",
        "/workflows/0/steps",
    ),
    "steps left out": (document({"workflowId": "main"}), "missing-field", "/workflows/0"),
    "inputs that are no schema": (document(workflow(inputs=["a"])), "wrong-kind", "/workflows/0/inputs"),
    "outputs in a list": (document(workflow(outputs=["$inputs.a"])), "wrong-kind", "/workflows/0/outputs"),
    "two targets": (with_step(workflowId="main", operationId="a"), "one-target", "/workflows/0/steps/0"),
    "no target": (document(workflow(steps=[{"stepId": "one"}])), "one-target", "/workflows/0/steps/0"),
    "a channel without action": (with_step(channelPath="$a"), "missing-field", "/workflows/0/steps/0"),
    "an unknown action": (with_step(action="publish"), "unknown-value", "/workflows/0/steps/0/action"),
    "a workflow that is sent": (
        with_step(workflowId="main", action="send"),
        "action-of-workflow",
        "/workflows/0/steps/0/action",
    ),
    "a correlation that is sent": (
        with_step(action="send", correlationId="a"),
        "correlation-of-others",
        "/workflows/0/steps/0/correlationId",
    ),
    "a timeout of nothing": (with_step(timeout=0), "wrong-kind", "/workflows/0/steps/0/timeout"),
    "a timeout of ages": (with_step(timeout=10**18), "wrong-kind", "/workflows/0/steps/0/timeout"),
    "an unknown place": (
        with_step(parameters=[{"name": "a", "in": "body", "value": 1}]),
        "unknown-value",
        "/workflows/0/steps/0/parameters/0/in",
    ),
    "no value": (
        with_step(parameters=[{"name": "a", "in": "query"}]),
        "missing-field",
        "/workflows/0/steps/0/parameters/0",
    ),
    "a parameter twice": (
        with_step(
            parameters=[
                {"name": "X-A", "in": "header", "value": 1},
                {"name": "x-a", "in": "header", "value": 2},
            ]
        ),
        "duplicate-parameter",
        "/workflows/0/steps/0/parameters/1",
    ),
    "a reference to a file": (
        with_step(parameters=[{"$ref": "other.yaml"}]),
        "json-reference",
        "/workflows/0/steps/0/parameters/0/$ref",
    ),
    "a body elsewhere": (
        with_step(requestBody={"$ref": "body.json"}),
        "json-reference",
        "/workflows/0/steps/0/requestBody/$ref",
    ),
    "a replacement of nothing": (
        with_step(requestBody={"payload": {}, "replacements": [{"target": "/a"}]}),
        "missing-field",
        "/workflows/0/steps/0/requestBody/replacements/0",
    ),
    "a criterion in words": (
        with_step(successCriteria=["ok"]),
        "wrong-kind",
        "/workflows/0/steps/0/successCriteria/0",
    ),
    "an unknown language": (
        with_step(successCriteria=[{"condition": "a", "context": "$a", "type": "jq"}]),
        "unknown-value",
        "/workflows/0/steps/0/successCriteria/0/type",
    ),
    "a version of another": (
        with_step(
            successCriteria=[{"condition": "a", "context": "$a", "type": {"type": "xpath", "version": "1"}}]
        ),
        "unknown-value",
        "/workflows/0/steps/0/successCriteria/0/type/version",
    ),
    "a pattern without context": (
        with_step(successCriteria=[{"condition": "a", "type": "regex"}]),
        "missing-context",
        "/workflows/0/steps/0/successCriteria/0",
    ),
    "a goto to two": (
        with_step(onSuccess=[{"name": "a", "type": "goto", "stepId": "one", "workflowId": "main"}]),
        "goto-target",
        "/workflows/0/steps/0/onSuccess/0/type",
    ),
    "a goto to nothing": (
        with_step(onFailure=[{"name": "a", "type": "goto"}]),
        "goto-target",
        "/workflows/0/steps/0/onFailure/0/type",
    ),
    "a retry after success": (
        with_step(onSuccess=[{"name": "a", "type": "retry"}]),
        "unknown-value",
        "/workflows/0/steps/0/onSuccess/0/type",
    ),
    "an action that does nothing": (
        with_step(onFailure=[{"name": "a"}]),
        "missing-field",
        "/workflows/0/steps/0/onFailure/0",
    ),
    "a delay into the past": (
        with_step(onFailure=[{"name": "a", "type": "retry", "retryAfter": -1}]),
        "out-of-range",
        "/workflows/0/steps/0/onFailure/0/retryAfter",
    ),
    "a delay in words": (
        with_step(onFailure=[{"name": "a", "type": "retry", "retryAfter": "1s"}]),
        "wrong-kind",
        "/workflows/0/steps/0/onFailure/0/retryAfter",
    ),
    "half a retry": (
        with_step(onFailure=[{"name": "a", "type": "retry", "retryLimit": 1.5}]),
        "wrong-kind",
        "/workflows/0/steps/0/onFailure/0/retryLimit",
    ),
    "parameters of a step": (
        with_step(
            onFailure=[
                {"name": "a", "type": "goto", "stepId": "one", "parameters": [{"name": "a", "value": 1}]}
            ]
        ),
        "parameters-without-workflow",
        "/workflows/0/steps/0/onFailure/0/parameters",
    ),
    "a selector without context": (
        with_step(outputs={"a": {"selector": "$.a", "type": "jsonpath"}}),
        "missing-field",
        "/workflows/0/steps/0/outputs/a",
    ),
    "a dependency on an expression": (
        with_step(dependsOn=["$inputs.a"]),
        "unknown-form",
        "/workflows/0/steps/0/dependsOn",
    ),
}


@pytest.mark.arazzo("A2", "A3", "A7", "C1", "C5", "E1", "E4", "F1", "F7")
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("case", WRONG)
def test_what_no_mode_takes_is_refused(case: str, mode: Mode) -> None:
    """The meaning is missing or contradicts itself; the place, what was expected and the clause are said."""
    content, rule, path = WRONG[case]

    found = next((one for one in refusals(content, mode) if (one.rule, one.path) == (rule, path)), None)

    assert found is not None, refusals(content, mode)
    assert found.expected
    assert found.clause
    assert found.line >= 1
