"""What the rules leave in peace, however near it is to what they look for."""

import pytest

from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import (
    FINAL,
    GOTO,
    HOLD,
    reading,
    rules,
    sending,
    steps,
    without_nulls,
)

IN_PEACE: dict[str, tuple[Fields, str]] = {
    "a page of HTML": (
        steps(reading(requestBody={"contentType": "text/html", "payload": "<!DOCTYPE html><p>Hello"})),
        "document-type",
    ),
    "an effect that is taken back": (steps(sending(), reading("two")), "no-compensation"),
    "a workflow that takes its own effects back": (
        document(
            workflow(steps=[{"stepId": "one", "workflowId": "other"}, reading("two")]),
            workflow("other", [sending()]),
        ),
        "no-compensation",
    ),
    "a workflow that runs itself": (
        document(workflow(steps=[{"stepId": "one", "workflowId": "main"}, reading("two")])),
        "no-compensation",
    ),
    "an effect with nothing behind it": (steps(sending(**{"x-compensate": None})), "no-compensation"),
    "an effect beyond which all hold": (
        steps(sending(**{"x-compensate": None}), reading("two", **HOLD)),
        "no-compensation",
    ),
    "an effect that always finds a way on": (
        steps(
            sending(**{"x-compensate": None}),
            reading("two", onFailure=[GOTO | {"stepId": "three"}]),
            reading("three", **HOLD),
        ),
        "no-compensation",
    ),
    "an effect of no return": (
        steps(sending(**{"x-compensate": None}, **FINAL), reading("two")),
        "no-compensation",
    ),
    "a held step beyond": (steps(sending(**FINAL), reading("two", **HOLD)), "failure-beyond-return"),
    "a key that is declared": (
        steps(sending(operationId="take", **{"x-idempotency": None})),
        "no-idempotency-key",
    ),
    "a key that is required": (
        steps(sending(operationId="take", **{"x-idempotency": None})),
        "missing-parameter",
    ),
    "a delete": (
        steps(
            sending(
                operationId="release",
                parameters=[{"name": "id", "in": "path", "value": 1}],
                **{"x-idempotency": None},
            )
        ),
        "no-idempotency-key",
    ),
    "a header in another case": (
        steps(reading(parameters=[{"name": "x-trace", "in": "header", "value": 1}])),
        "unknown-parameter",
    ),
    "a header that no operation may declare": (
        steps(
            reading(
                parameters=[{"name": "Authorization", "in": "header", "value": "$inputs.token"}],
            ),
            inputs={"properties": {"token": {}}},
        ),
        "unknown-parameter",
    ),
    "an output of a loop": (
        steps(
            reading(parameters=[{"name": "q", "in": "query", "value": "$steps.two.outputs.a"}]),
            reading("two", outputs={"a": "$response.body"}, onSuccess=[GOTO | {"stepId": "one"}]),
        ),
        "forward-reference",
    ),
    "an output of a repair": (
        steps(
            reading(
                parameters=[{"name": "q", "in": "query", "value": "$steps.two.outputs.a"}],
                onFailure=[{"name": "again", "type": "retry", "stepId": "two"}],
            ),
            reading("two", outputs={"a": "$response.body"}),
        ),
        "forward-reference",
    ),
    "an output of a step that is waited for": (
        steps(
            reading(
                parameters=[{"name": "q", "in": "query", "value": "$steps.two.outputs.a"}], dependsOn=["two"]
            ),
            reading("two", outputs={"a": "$response.body"}),
        ),
        "forward-reference",
    ),
    "a default for what is required": (
        document(
            workflow(steps=[{"stepId": "one", "workflowId": "other"}]),
            workflow("other", [reading()], inputs={"required": ["a"], "properties": {"a": {"default": 1}}}),
        ),
        "missing-input",
    ),
    "an input of a workflow": (
        steps(reading(outputs={"a": "$workflows.main.inputs.b"}), inputs={"properties": {"b": {}}}),
        "unknown-output",
    ),
    "the status in an action of all steps": (
        steps(
            reading(),
            failureActions=[
                {"name": "stop", "type": "end", "criteria": [{"condition": "$statusCode == 404"}]}
            ],
        ),
        "exchange-of-workflow",
    ),
    "a compensation that asks its own answer": (
        steps(
            sending(
                **{
                    "x-compensate": {
                        "operationId": "read",
                        "successCriteria": [{"condition": "$statusCode == 200"}],
                    }
                }
            )
        ),
        "compensation-without-outputs",
    ),
    "an action behind a retry": (
        steps(reading(onFailure=[{"name": "again", "type": "retry"}, {"name": "stop", "type": "end"}])),
        "unreachable-action",
    ),
    "a compensation that a probe makes possible": (
        steps(
            reading(
                outputs={"id": "$response.body#/id"},
                **{
                    "x-compensate": {
                        "operationId": "release",
                        "parameters": [{"name": "id", "in": "path", "value": "$steps.one.outputs.id"}],
                    },
                    "x-probe": {"operationId": "read", "outputs": {"id": "$response.body#/0/id"}},
                },
            )
        ),
        "compensation-without-outputs",
    ),
}


@pytest.mark.arazzo("B4", "C16", "D14", "E7")
@pytest.mark.parametrize("case", IN_PEACE)
def test_what_is_well_made_is_left_in_peace(case: str) -> None:
    """The rule that is near says nothing of it."""
    fields, rule = IN_PEACE[case]

    assert rule not in {name for name, _, _ in rules(without_nulls(fields))}
