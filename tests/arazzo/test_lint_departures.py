"""What is against the text, and yet plain: an error in strict, a warning in compat."""

import pytest

from arazzo.problems import Severity
from arazzo.reading import Mode
from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import GOTO, ONE, TWO, found, reading, rules, steps

DEPARTURES: dict[str, tuple[Fields, str, str]] = {
    "an output with blanks": (
        steps(reading(outputs={"a b": "$response.body"})),
        "output-key",
        f"{ONE}/outputs/a b",
    ),
    "a step with a dot": (steps(reading("a.b")), "step-id", f"{ONE}/stepId"),
    "an action twice": (
        steps(
            reading(onFailure=[GOTO | {"stepId": "one", "criteria": [{"condition": "$statusCode == 1"}]}] * 2)
        ),
        "duplicate-action",
        f"{ONE}/onFailure/1",
    ),
    "an input that is not there": (
        steps(reading(outputs={"a": "$inputs.b"}), inputs={"properties": {"a": {}}}),
        "unknown-input",
        f"{ONE}/outputs/a",
    ),
    "a source of nobody": (
        steps(reading(outputs={"a": "$sourceDescriptions.other.url"})),
        "unknown-source",
        f"{ONE}/outputs/a",
    ),
    "an output of the workflow that is of no step": (
        steps(reading(), outputs={"a": "$steps.two.outputs.a"}),
        "unknown-step",
        "/workflows/0/outputs/a",
    ),
    "no inputs at all": (steps(reading(outputs={"a": "$inputs.b"})), "unknown-input", f"{ONE}/outputs/a"),
    "an output of no step": (
        steps(reading(outputs={"a": "$steps.two.outputs.a"})),
        "unknown-step",
        f"{ONE}/outputs/a",
    ),
    "an output that is not there": (
        steps(reading(), reading("two", outputs={"a": "$steps.one.outputs.a"})),
        "unknown-output",
        f"{TWO}/outputs/a",
    ),
    "an output of a workflow that is not there": (
        steps(reading(outputs={"a": "$workflows.main.outputs.a"})),
        "unknown-output",
        f"{ONE}/outputs/a",
    ),
    "a later step": (
        steps(
            reading(parameters=[{"name": "q", "in": "query", "value": "$steps.two.outputs.a"}]),
            reading("two", outputs={"a": "$response.body"}),
        ),
        "forward-reference",
        f"{ONE}/parameters/0/value",
    ),
    "itself": (
        steps(
            reading(
                parameters=[{"name": "q", "in": "query", "value": "$steps.one.outputs.a"}],
                outputs={"a": "$response.body"},
            )
        ),
        "forward-reference",
        f"{ONE}/parameters/0/value",
    ),
    "an answer before the call": (
        steps(reading(parameters=[{"name": "q", "in": "query", "value": "$response.body#/a"}])),
        "response-before-call",
        f"{ONE}/parameters/0/value",
    ),
    "the status of a workflow": (
        document(
            workflow(
                steps=[
                    {
                        "stepId": "one",
                        "workflowId": "other",
                        "successCriteria": [{"condition": "$statusCode == 200"}],
                    }
                ]
            ),
            workflow("other", [reading()]),
        ),
        "exchange-of-workflow",
        f"{ONE}/successCriteria/0/condition",
    ),
    "a JSONPath that is none": (
        steps(
            reading(
                successCriteria=[{"condition": "$.a == 1", "context": "$response.body", "type": "jsonpath"}]
            )
        ),
        "condition",
        f"{ONE}/successCriteria/0/condition",
    ),
    "an XPath that is none": (
        steps(reading(successCriteria=[{"condition": "//[", "context": "$response.body", "type": "xpath"}])),
        "condition",
        f"{ONE}/successCriteria/0/condition",
    ),
    "a pattern that is none": (
        steps(reading(successCriteria=[{"condition": "(", "context": "$response.body", "type": "regex"}])),
        "condition",
        f"{ONE}/successCriteria/0/condition",
    ),
    "an input that a workflow requires": (
        document(
            workflow(steps=[{"stepId": "one", "workflowId": "other"}]),
            workflow("other", [reading()], inputs={"required": ["a"], "properties": {"a": {}}}),
        ),
        "missing-input",
        ONE,
    ),
    "a path parameter of nobody": (
        steps(reading(parameters=[{"name": "id", "in": "path", "value": 1}])),
        "unknown-parameter",
        f"{ONE}/parameters/0",
    ),
    "an expression of compat": (
        steps(reading(outputs={"a": "$response.body.a"})),
        "expression",
        f"{ONE}/outputs/a",
    ),
}


@pytest.mark.arazzo("B5", "C16", "D9", "D16", "D21", "F5", "F6", "F10", "F13")
@pytest.mark.parametrize("case", DEPARTURES)
def test_what_is_against_the_text_and_plain_is_an_error_in_strict_only(case: str) -> None:
    """In compat it is a warning, and evaluates to null, or to fail."""
    fields, rule, path = DEPARTURES[case]

    compat = {(one.rule, one.path) for one in found(fields, Mode.COMPAT) if one.severity is Severity.WARNING}

    assert (rule, "error", path) in rules(fields)
    assert {(rule, path), (f"{rule}-form", path)} & compat
    assert Severity.ERROR not in {one.severity for one in found(fields, Mode.COMPAT)}
