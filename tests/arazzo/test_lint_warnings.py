"""What is allowed, and likely not what is wanted."""

import json

import pytest

from arazzo.contracts import LARGEST_SCHEMA
from arazzo.identity import DocumentSet
from arazzo.lint import lint
from arazzo.problems import Severity
from arazzo.reading import Mode
from arazzo.source import read
from tests.arazzo.api import API
from tests.arazzo.documents import Field, Fields, document, loaded, step, workflow
from tests.arazzo.linted import (
    FINAL,
    GOTO,
    KEY,
    ONE,
    SEND,
    TWO,
    UNDO,
    found,
    reading,
    rules,
    sending,
    steps,
    without_nulls,
)

WARNINGS: dict[str, tuple[Fields, str, str]] = {
    "a step that nobody goes to": (
        steps(reading(onSuccess=[{"name": "stop", "type": "end"}]), reading("two")),
        "unreachable-step",
        TWO,
    ),
    "an action behind one that always matches": (
        steps(reading(onFailure=[{"name": "stop", "type": "end"}, {"name": "again", "type": "retry"}])),
        "unreachable-action",
        f"{ONE}/onFailure/1",
    ),
    "an action of all steps behind one that always matches": (
        steps(reading(), successActions=[{"name": "stop", "type": "end"}, {"name": "halt", "type": "end"}]),
        "unreachable-action",
        "/workflows/0/successActions/1",
    ),
    "an activity that stays": (
        steps({"stepId": "one", "x-activity": "stock.reserve"}, reading("two")),
        "no-compensation",
        ONE,
    ),
    "a retry that calls twice": (
        steps(reading(onFailure=[{"name": "again", "type": "retry", "stepId": "one"}])),
        "retry-of-itself",
        f"{ONE}/onFailure/0",
    ),
    "a workflow that runs itself": (
        steps({"stepId": "one", "workflowId": "main"}),
        "recursion",
        "/workflows/0",
    ),
    "a query parameter of nobody": (
        steps(reading(parameters=[{"name": "limit", "in": "query", "value": 1}])),
        "unknown-parameter",
        f"{ONE}/parameters/0",
    ),
    "a parameter that is required": (
        steps({**SEND, "operationId": "release"}),
        "missing-parameter",
        ONE,
    ),
    "a body that is required": (
        steps(sending(operationId="give", parameters=[{"name": "id", "in": "path", "value": 1}])),
        "missing-body",
        ONE,
    ),
    "a body of which kind": (
        steps(sending(operationId="give", requestBody={"payload": 1})),
        "which-content-type",
        f"{ONE}/requestBody",
    ),
    "a body of a GET": (
        steps(reading(requestBody={"payload": 1})),
        "body-without-meaning",
        f"{ONE}/requestBody",
    ),
    "a body of a workflow": (
        document(
            workflow(steps=[{"stepId": "one", "workflowId": "other", "requestBody": {"payload": 1}}]),
            workflow("other", [reading()]),
        ),
        "body-of-workflow",
        f"{ONE}/requestBody",
    ),
    "an input of nobody": (
        document(
            workflow(
                steps=[{"stepId": "one", "workflowId": "other", "parameters": [{"name": "a", "value": 1}]}]
            ),
            workflow("other", [reading()], inputs={"properties": {"b": {}}}),
        ),
        "unknown-input",
        f"{ONE}/parameters/0",
    ),
    "a call without key": (steps({**SEND, **UNDO}), "no-idempotency-key", ONE),
    "an effect that stays": (steps({**SEND, **KEY}, reading("two")), "no-compensation", ONE),
    "an effect that stays, behind a loop": (
        steps(
            reading(onSuccess=[GOTO | {"stepId": "three"}]),
            reading("two", onSuccess=[{"name": "stop", "type": "end"}]),
            sending("three", onSuccess=[GOTO | {"stepId": "two"}], **{"x-compensate": None}),
        ),
        "no-compensation",
        "/workflows/0/steps/2",
    ),
    "a workflow that stays": (
        document(
            workflow(steps=[{"stepId": "one", "workflowId": "other"}, reading("two")]),
            workflow("other", [{**SEND, **KEY}]),
        ),
        "no-compensation",
        ONE,
    ),
    "a failure when it is too late": (steps(sending(**FINAL), reading("two")), "failure-beyond-return", TWO),
    "a declined question that nobody asks": (
        steps(reading(**{"x-onCancel": [{"name": "stop", "type": "end"}]})),
        "idle-field",
        f"{ONE}/x-onCancel",
    ),
    "a source of another type": (
        steps(reading()) | {"sourceDescriptions": [{"name": "api", "url": "api.yaml", "type": "asyncapi"}]},
        "source-type",
        "/sourceDescriptions/0",
    ),
    "a source that is not at hand": (
        steps(reading()) | {"sourceDescriptions": [{"name": "api", "url": "other.yaml"}]},
        "source-not-at-hand",
        "/sourceDescriptions/0",
    ),
    "a value for an action": (
        steps(reading(onFailure=[{"reference": "$components.failureActions.stop", "value": 1}]))
        | {"components": {"failureActions": {"stop": {"name": "stop", "type": "end"}}}},
        "ignored-field",
        f"{ONE}/onFailure/0/value",
    ),
}


@pytest.mark.arazzo("A7", "C8", "C11", "D1", "D2", "D20", "E2", "F13")
@pytest.mark.parametrize("case", WARNINGS)
def test_what_is_likely_a_mistake_is_warned_of(case: str) -> None:
    """It runs all the same."""
    fields, rule, path = WARNINGS[case]
    content = without_nulls(fields)

    assert (rule, "warning", path) in rules(content)
    assert Severity.ERROR not in {one.severity for one in found(content)}


@pytest.mark.arazzo("D21", "F2", "F10")
def test_what_other_tools_write_in_conditions_is_taken_in_compat() -> None:
    """Double quotes are reported, and a dot may lead into an output."""
    criterion = {"condition": '$steps.one.outputs.a.b == "ok"'}
    content = steps(reading(outputs={"a": "$response.body"}), reading("two", successCriteria=[criterion]))

    assert {("condition-form", "warning", f"{TWO}/successCriteria/0/condition")} == rules(
        content, Mode.COMPAT
    )


@pytest.mark.arazzo("C5", "D21")
def test_a_parameter_without_place_that_is_not_declared_is_warned_of() -> None:
    """One that is declared has the place of its declaration."""
    content = steps(reading(parameters=[{"name": "q", "value": 1}, {"name": "other", "value": 1}]))
    unknown = [(rule, path) for rule, _, path in rules(content, Mode.COMPAT) if rule == "unknown-parameter"]

    assert [("unknown-parameter", f"{ONE}/parameters/1")] == unknown


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(("method", "stays"), [("post", True), ("GET", False)])
def test_an_operation_that_stands_in_the_step_has_effects_by_its_method(method: str, *, stays: bool) -> None:
    """As one that is described."""
    inline = {"stepId": "one", "x-operation": {"url": "https://things.example", "method": method}}
    found = {rule for rule, _, _ in rules(steps(inline, reading("two")), Mode.COMPAT)}

    assert stays is ("no-compensation" in found)


def test_what_calls_are_not_held_against_is_noted() -> None:
    """Once for each operation, and not where nobody wants them held."""
    large = {"schema": {"enum": ["x" * LARGEST_SCHEMA]}}
    responses = {"200": {"content": {"application/json": large}}}
    described = {
        "openapi": "3.1.0",
        "paths": {"/things": {"get": {"operationId": "read", "responses": responses}}},
    }
    api = read(json.dumps(described), uri="file:///flows/api.yaml")

    def noted(**fields: Field) -> list[tuple[str, str, str]]:
        root = loaded(steps(reading(), reading("two"), **fields))
        problems = lint(DocumentSet([root], [api]))
        return [(one.rule, one.severity, one.path) for one in problems if one.rule == "contract-left-out"]

    assert [("contract-left-out", "note", ONE)] == noted()
    assert [] == noted(**{"x-contracts": "ignored"})


@pytest.mark.arazzo("B3")
def test_a_circle_may_lead_through_another_document() -> None:
    """Of what waits, an error; of what runs, a warning."""

    def other(**fields: Field) -> Fields:
        back = [{"name": "test", "url": "test.arazzo.yaml"}]
        return document(workflow("there", **fields), sourceDescriptions=back)

    def between(one: Fields, two: Fields) -> set[str]:
        one["sourceDescriptions"].append({"name": "other", "url": "other.yaml"})
        documents = [loaded(one), loaded(two, uri="file:///flows/other.yaml")]
        return {problem.rule for problem in lint(DocumentSet(documents, [API]), documents[:1])}

    there, back = "$sourceDescriptions.other.there", "$sourceDescriptions.test.main"

    assert "circle" in between(steps(reading(), dependsOn=[there]), other(dependsOn=[back]))
    assert "recursion" in between(
        steps({"stepId": "one", "workflowId": there}), other(steps=[{"stepId": "one", "workflowId": back}])
    )


@pytest.mark.arazzo("D21", "F5")
def test_a_pattern_between_slashes_is_taken_in_compat() -> None:
    """As other tools write it; strict takes the slashes for what is to be matched."""
    criterion = {"condition": "/ok/i", "context": "$response.body", "type": "regex"}
    content = steps(reading(successCriteria=[criterion]))

    assert ("condition-form", "warning", f"{ONE}/successCriteria/0/condition") in rules(content, Mode.COMPAT)
    assert set() == rules(content)


@pytest.mark.arazzo("A9", "D12", "E1")
def test_what_is_worth_knowing_is_noted() -> None:
    """Reserved prefixes, fields that say nothing, and steps that do not say what success is."""
    action = {"name": "stop", "type": "end", "retryAfter": 1}
    content = steps(
        step(operationId="read", onFailure=[action], **{"x-arazzo-a": 1, "x-mine": {"x-oai-b": 1}})
    )

    assert rules(content) == {
        ("reserved-prefix", "note", f"{ONE}/x-arazzo-a"),
        ("idle-field", "note", f"{ONE}/onFailure/0/retryAfter"),
        ("no-criteria", "note", ONE),
    }
