"""A document with every object and field of the specification."""

from tests.arazzo.documents import Fields, document, step, workflow

ALL_OF_IT: Fields = document(
    workflow(
        "buy",
        [
            step(
                "order",
                description="Orders it.",
                operationId="$sourceDescriptions.api.order",
                timeout=1500,
                parameters=[
                    {"name": "q", "in": "query", "value": "$inputs.q"},
                    {"reference": "$components.parameters.page", "value": None},
                ],
                requestBody={
                    "contentType": "application/json",
                    "payload": {"a": "$inputs.a"},
                    "replacements": [{"target": "/a", "value": 10}],
                },
                successCriteria=[
                    {"condition": "$statusCode == 200"},
                    {"condition": "^2", "context": "$statusCode", "type": "regex"},
                    {"condition": "$.a", "context": "$response.body", "type": "jsonpath"},
                    {
                        "condition": "//a",
                        "context": "$response.body",
                        "type": {"type": "xpath", "version": "xpath-10", "x-why": 1},
                    },
                ],
                onSuccess=[{"name": "on", "type": "goto", "stepId": "heard"}],
                onFailure=[
                    {"name": "again", "type": "retry", "retryAfter": 0.5},
                    {
                        "name": "over",
                        "type": "goto",
                        "workflowId": "refund",
                        "parameters": [{"name": "i", "value": 1}],
                    },
                    {"reference": "$components.failureActions.stop"},
                ],
                outputs={
                    "id": "$response.body#/id",
                    "some": {"context": "$response.body", "selector": "$.a", "type": "jsonpath"},
                },
                **{"x-team": {"any": ["thing"]}},
            ),
            step(
                "heard",
                operationId="heard",
                action="receive",
                correlationId="$steps.order.outputs.id",
                dependsOn=["order", "$workflows.refund.steps.one"],
            ),
        ],
        summary="Buys.",
        inputs={"type": "object"},
        dependsOn=["refund"],
        parameters=[{"name": "h", "in": "header", "value": 1}],
        successActions=[{"name": "s", "type": "end"}],
        failureActions=[{"name": "f", "type": "end"}],
        outputs={"id": "$steps.order.outputs.id"},
    ),
    workflow("refund"),
    **{"$self": "https://example.com/buy"},
    components={
        "inputs": {"one": {"type": "string"}},
        "parameters": {"page": {"name": "page", "in": "query", "value": 1}},
        "successActions": {"done": {"name": "done", "type": "end"}},
        "failureActions": {"stop": {"name": "stop", "type": "end"}},
    },
)
