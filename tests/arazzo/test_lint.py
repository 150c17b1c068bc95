"""What cannot be done: each rule on the smallest document that breaks it."""

import pytest

from arazzo.reading import Mode
from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import GOTO, ONE, TWO, reading, rules, steps

XML = {"contentType": "application/soap+xml", "payload": '<!DOCTYPE r [<!ENTITY a "a">]><r>&a;</r>'}
ERRORS: dict[str, tuple[Fields, str, str]] = {
    "a workflow twice": (
        document(workflow(steps=[reading()]), workflow(steps=[reading()])),
        "duplicate-workflow",
        "/workflows/1/workflowId",
    ),
    "a step twice": (steps(reading(), reading()), "duplicate-step", f"{TWO}/stepId"),
    "a source twice": (
        document(sourceDescriptions=[{"name": "api", "url": "api.yaml"}] * 2),
        "duplicate-source",
        "/sourceDescriptions/1/name",
    ),
    "a step that is not there": (
        steps(reading(onSuccess=[GOTO | {"stepId": "two"}])),
        "unknown-step",
        f"{ONE}/onSuccess/0",
    ),
    "a workflow that is not there": (
        steps(reading(onFailure=[GOTO | {"workflowId": "other"}])),
        "unknown-workflow",
        f"{ONE}/onFailure/0",
    ),
    "an action of all steps": (
        steps(reading(), failureActions=[GOTO | {"stepId": "two"}]),
        "unknown-step",
        "/workflows/0/failureActions/0",
    ),
    "an action of the components": (
        steps(reading(onFailure=[{"reference": "$components.failureActions.go"}]))
        | {"components": {"failureActions": {"go": GOTO | {"stepId": "two"}}}},
        "unknown-step",
        f"{ONE}/onFailure/0",
    ),
    "a component that is not there": (
        steps(reading(onFailure=[{"reference": "$components.failureActions.go"}])),
        "unknown-component",
        f"{ONE}/onFailure/0",
    ),
    "a component of another kind": (
        steps(reading(parameters=[{"reference": "$components.failureActions.go"}])),
        "component-reference",
        f"{ONE}/parameters/0",
    ),
    "XML with entities": (steps(reading(requestBody=XML)), "document-type", f"{ONE}/requestBody/payload"),
    "XML with a document type that undoes": (
        steps(reading(**{"x-compensate": {"operationId": "read", "requestBody": XML}})),
        "document-type",
        f"{ONE}/x-compensate/requestBody/payload",
    ),
    "an operation that is not there": (steps(reading(operationId="reed")), "unknown-operation", ONE),
    "an operation of nobody": (
        steps(reading(operationId="$sourceDescriptions.other.read")),
        "unknown-source",
        ONE,
    ),
    "a path that leads nowhere": (
        steps({"stepId": "one", "operationPath": "{$sourceDescriptions.api.url}#/paths/~1none/get"}),
        "unknown-operation",
        ONE,
    ),
    "a path without source": (steps({"stepId": "one", "operationPath": "things"}), "operation-path", ONE),
    "a workflow to run that is not there": (
        steps({"stepId": "one", "workflowId": "other"}),
        "unknown-workflow",
        f"{ONE}/workflowId",
    ),
    "a workflow to wait for that is not there": (
        steps(reading(), dependsOn=["other"]),
        "unknown-workflow",
        "/workflows/0/dependsOn/0",
    ),
    "a step to wait for that is not there": (
        steps(reading(dependsOn=["two"])),
        "unknown-step",
        f"{ONE}/dependsOn/0",
    ),
    "a step of another workflow that is not there": (
        steps(reading(dependsOn=["$workflows.main.steps.two"])),
        "unknown-step",
        f"{ONE}/dependsOn/0",
    ),
    "steps that wait for each other": (
        steps(reading(dependsOn=["two"]), reading("two", dependsOn=["one"])),
        "circle",
        f"{ONE}/dependsOn",
    ),
    "a workflow that waits for itself": (
        steps(reading(), dependsOn=["main"]),
        "circle",
        "/workflows/0/dependsOn",
    ),
    "a retry by step and workflow": (
        steps(reading(onFailure=[{"name": "again", "type": "retry", "stepId": "one", "workflowId": "main"}])),
        "two-targets",
        f"{ONE}/onFailure/0",
    ),
    "an expression that is none": (
        steps(reading(outputs={"a": "$response.nothing"})),
        "expression",
        f"{ONE}/outputs/a",
    ),
    "the query as a whole and in part": (
        steps(
            reading(
                parameters=[
                    {"name": "q", "in": "query", "value": 1},
                    {"name": "all", "in": "querystring", "value": "q=1"},
                ]
            )
        ),
        "querystring",
        f"{ONE}/parameters",
    ),
    "a parameter twice by reference": (
        steps(
            reading(
                parameters=[
                    {"reference": "$components.parameters.q"},
                    {"name": "q", "in": "query", "value": 1},
                ]
            )
        )
        | {"components": {"parameters": {"q": {"name": "q", "in": "query", "value": 1}}}},
        "duplicate-parameter",
        f"{ONE}/parameters/1",
    ),
    "inputs that are no schema": (
        steps(reading(), inputs={"type": "objekt"}),
        "schema",
        "/workflows/0/inputs",
    ),
    "a question whose answer has no form": (
        steps({"stepId": "one", "x-interaction": {"prompt": "So?", "inputSchema": {"type": "objekt"}}}),
        "schema",
        f"{ONE}/x-interaction",
    ),
    "inputs that refer to nothing": (
        steps(reading(), inputs={"properties": {"a": {"$ref": "#/components/inputs/none"}}}),
        "schema-reference",
        "/workflows/0/inputs",
    ),
    "a component that is no schema": (
        steps(reading()) | {"components": {"inputs": {"a": {"properties": []}}}},
        "schema",
        "/components/inputs/a",
    ),
    "an input whose pattern looks back": (
        steps(reading(), inputs={"properties": {"a": {"pattern": "(?<=a)b"}}}),
        "schema",
        "/workflows/0/inputs",
    ),
    "a compensation that needs the answer": (
        steps(
            reading(
                **{
                    "x-compensate": {
                        "operationId": "take",
                        "parameters": [{"name": "id", "in": "path", "value": "$steps.one.outputs.id"}],
                    }
                },
                outputs={"id": "$response.body#/id"},
            )
        ),
        "compensation-without-outputs",
        f"{ONE}/x-compensate",
    ),
    "a probe that needs the answer": (
        steps(
            reading(
                **{
                    "x-probe": {
                        "operationId": "read",
                        "parameters": [{"name": "q", "in": "query", "value": "$response.body#/id"}],
                    }
                }
            )
        ),
        "probe-without-outputs",
        f"{ONE}/x-probe",
    ),
    "a compensation by a path that leads nowhere": (
        steps(
            reading(**{"x-compensate": {"operationPath": "{$sourceDescriptions.api.url}#/paths/~1none/get"}})
        ),
        "unknown-operation",
        f"{ONE}/x-compensate",
    ),
    "a compensation by a workflow that is not there": (
        steps(reading(**{"x-compensate": {"workflowId": "undo"}})),
        "unknown-workflow",
        f"{ONE}/x-compensate",
    ),
    "the query as a whole, twice": (
        steps(
            reading(
                parameters=[
                    {"name": "all", "in": "querystring", "value": "q=1"},
                    {"name": "more", "in": "querystring", "value": "q=2"},
                ]
            )
        ),
        "querystring",
        f"{ONE}/parameters",
    ),
    "a compensation that is not there": (
        steps(reading(**{"x-compensate": {"operationId": "untake"}})),
        "unknown-operation",
        f"{ONE}/x-compensate",
    ),
}


@pytest.mark.arazzo("A7", "A10", "B1", "B3", "C2", "C3", "C4", "C7", "C8", "C16", "E1", "E4", "E5")
@pytest.mark.parametrize("case", ERRORS)
def test_what_cannot_be_done_is_an_error_in_both_modes(case: str) -> None:
    """What is named is there, once, and nothing waits for itself."""
    fields, rule, path = ERRORS[case]

    assert all((rule, "error", path) in rules(fields, mode) for mode in Mode), rules(fields)


def test_a_document_without_fault_is_left_in_peace() -> None:
    """Nothing is said of what is as it should be."""
    assert set() == rules(steps(reading(), reading("two")))
