"""What only the compat mode takes, with a report."""

import pytest

from arazzo.reading import Mode
from tests.arazzo.documents import Fields, document, loaded, refusals, step, with_step, workflow

DEPARTURES: dict[str, tuple[Fields, str, str]] = {
    "a schema": (document(**{"$schema": "a"}), "unknown-field", "/$schema"),
    "a short version": (document(version="1.0"), "version", "/arazzo"),
    "a version that is a number": (
        document(info={"title": "a", "version": 1.5}),
        "text-expected",
        "/info/version",
    ),
    "no sources": (document(sourceDescriptions=[]), "missing-field", "/sourceDescriptions"),
    "a field of nobody": (with_step(source="api"), "unknown-field", "/workflows/0/steps/0/source"),
    "$self of 1.0": (document(version="1.0.0", **{"$self": "https://a"}), "later-version", "/$self"),
    "asyncapi of 1.0": (
        document(version="1.0.0", sourceDescriptions=[{"name": "a", "url": "a", "type": "asyncapi"}]),
        "later-version",
        "/sourceDescriptions/0/type",
    ),
    "a timeout of 1.0": (
        document(workflow(steps=[step(timeout=1)]), version="1.0.0"),
        "later-version",
        "/workflows/0/steps/0/timeout",
    ),
    "a timeout of 1.2": (with_step(timeout="PT1S"), "later-version", "/workflows/0/steps/0/timeout"),
    "parameters of an action of 1.0": (
        document(
            workflow(
                steps=[
                    step(
                        onFailure=[
                            {
                                "name": "a",
                                "type": "goto",
                                "workflowId": "main",
                                "parameters": [{"name": "a", "value": 1}],
                            }
                        ]
                    )
                ]
            ),
            version="1.0.0",
        ),
        "later-version",
        "/workflows/0/steps/0/onFailure/0/parameters",
    ),
    "a language of a replacement of 1.0": (
        document(
            workflow(
                steps=[
                    step(
                        requestBody={
                            "payload": {},
                            "replacements": [{"target": "$.a", "targetSelectorType": "jsonpath", "value": 1}],
                        }
                    )
                ]
            ),
            version="1.0.0",
        ),
        "later-version",
        "/workflows/0/steps/0/requestBody/replacements/0/targetSelectorType",
    ),
    "a selector of 1.0": (
        document(
            workflow(steps=[step(outputs={"a": {"context": "$a", "selector": "/a", "type": "jsonpointer"}})]),
            version="1.0.0",
        ),
        "later-version",
        "/workflows/0/steps/0/outputs/a",
    ),
    "a querystring of 1.0": (
        document(
            workflow(steps=[step(parameters=[{"name": "q", "in": "querystring", "value": "a=b"}])]),
            version="1.0.0",
        ),
        "later-version",
        "/workflows/0/steps/0/parameters/0/in",
    ),
    "an action without name": (
        with_step(onFailure=[{"type": "end"}]),
        "missing-field",
        "/workflows/0/steps/0/onFailure/0",
    ),
    "a reference as a name": (
        with_step(onFailure=[{"name": "$components.failureActions.stop"}]),
        "reference-as-name",
        "/workflows/0/steps/0/onFailure/0/name",
    ),
    "a reference of JSON": (
        with_step(parameters=[{"$ref": "#/components/parameters/page"}]),
        "json-reference",
        "/workflows/0/steps/0/parameters/0/$ref",
    ),
    "no criteria in the list": (
        with_step(successCriteria=[]),
        "empty-list",
        "/workflows/0/steps/0/successCriteria",
    ),
    "no dependency in the list": (with_step(dependsOn=[]), "empty-list", "/workflows/0/steps/0/dependsOn"),
    "a dependency twice": (
        with_step(dependsOn=["a", "a"]),
        "duplicate-item",
        "/workflows/0/steps/0/dependsOn/1",
    ),
    "a dependency as an expression": (
        with_step(dependsOn=["$steps.one"]),
        "step-expression",
        "/workflows/0/steps/0/dependsOn/0",
    ),
    "a parameter that goes nowhere": (
        with_step(parameters=[{"name": "a", "value": 1}]),
        "missing-in",
        "/workflows/0/steps/0/parameters/0",
    ),
    "an output that is a constant": (
        with_step(outputs={"a": 2}),
        "constant-output",
        "/workflows/0/steps/0/outputs/a",
    ),
    "simple without context": (
        with_step(successCriteria=[{"condition": "true", "type": "simple"}]),
        "missing-context",
        "/workflows/0/steps/0/successCriteria/0",
    ),
    "a version beside the type": (
        with_step(
            successCriteria=[{"condition": "//a", "context": "$a", "type": "xpath", "version": "xpath-10"}],
        ),
        "version-beside-type",
        "/workflows/0/steps/0/successCriteria/0/version",
    ),
    "a parameter of an action with a place": (
        with_step(
            onFailure=[
                {
                    "name": "a",
                    "type": "goto",
                    "workflowId": "main",
                    "parameters": [{"name": "a", "in": "query", "value": 1}],
                }
            ]
        ),
        "in-of-action",
        "/workflows/0/steps/0/onFailure/0/parameters/0/in",
    ),
    "an action on a path": (
        document(workflow(steps=[step(operationPath="$sourceDescriptions.api.a", action="send")])),
        "action-of-path",
        "/workflows/0/steps/0/action",
    ),
    "a component without a name for expressions": (
        document(components={"inputs": {"a b": {}}}),
        "component-key",
        "/components/inputs/a b",
    ),
}


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize("case", DEPARTURES)
def test_a_departure_is_taken_in_compat_and_refused_in_strict(case: str) -> None:
    """What real documents do besides the text loads with a report, or not at all."""
    content, rule, path = DEPARTURES[case]

    reported = [(found.rule, found.path, found.severity) for found in loaded(content, Mode.COMPAT).departures]
    refused = [(found.rule, found.path) for found in refusals(content)]

    assert (rule, path, "warning") in reported
    assert (rule, path) in refused


@pytest.mark.arazzo("D21")
def test_an_operation_of_other_tools_is_taken_in_compat() -> None:
    """`x-operation` stands for an operation only where nothing else says what to call."""
    bare = {"stepId": "one", "x-operation": {"url": "https://a", "method": "post"}}

    read = loaded(document(workflow(steps=[bare])), Mode.COMPAT)
    inline = read.arazzo.workflows[0].steps[0].inline
    beside = (
        loaded(document(workflow(steps=[bare | {"operationId": "a"}])), Mode.COMPAT)
        .arazzo.workflows[0]
        .steps[0]
    )

    assert inline is not None
    assert ["inline-operation"] == [departure.rule for departure in read.departures]
    assert ("https://a", "post") == (inline.url, inline.method)
    assert beside.inline is None
    assert "one-target" in {found.rule for found in refusals(document(workflow(steps=[bare])))}


@pytest.mark.arazzo("A7", "A9")
def test_what_the_text_only_recommends_is_remarked() -> None:
    """A source that no expression can name, and fields of a Reusable Object that are to be ignored."""
    content = document(
        workflow(steps=[step(parameters=[{"reference": "$components.parameters.page", "note": 1}])]),
        sourceDescriptions=[{"name": "a/b", "url": "a"}],
    )

    assert [("source-name", "note"), ("ignored-field", "note")] == [
        (found.rule, found.severity) for found in loaded(content).departures
    ]
