"""Expressions are looked for wherever they may stand."""

import pytest
from pydantic import JsonValue

from arazzo.sites import Form, Moment, sites_of_step, sites_of_workflow
from tests.arazzo.documents import Fields, document, loaded, step, workflow

BAD = "$response.nothing"
CRITERION = {"condition": f"{BAD} == 1", "context": BAD, "type": "simple"}
PATTERN = {"condition": f"{{{BAD}}}", "context": BAD, "type": "regex"}
SELECTOR = {"context": BAD, "selector": "$", "type": "jsonpath"}
PARAMETER = {"name": "q", "in": "query", "value": BAD}
INPUT = {"name": "q", "value": BAD}
BODY = {"payload": BAD, "replacements": [{"target": "/a", "value": SELECTOR}]}
ACTION = {"name": "a", "type": "goto", "workflowId": "main", "parameters": [INPUT], "criteria": [CRITERION]}
CALL = {"operationId": "read", "parameters": [PARAMETER], "requestBody": BODY}
OVERRIDDEN = {"reference": "$components.parameters.q", "value": BAD}

ALL: Fields = step(
    parameters=[PARAMETER, OVERRIDDEN],
    requestBody=BODY,
    successCriteria=[CRITERION, PATTERN],
    onSuccess=[ACTION],
    onFailure=[ACTION],
    outputs={"a": BAD, "b": SELECTOR},
    action="receive",
    correlationId=BAD,
    **{
        "x-compensate": {**CALL, "successCriteria": [CRITERION]},
        "x-probe": {**CALL, "found": [CRITERION], "outputs": {"a": BAD}},
        "x-onTimeout": [ACTION],
        "x-onCancel": [ACTION],
    },
)
ASKING: Fields = {
    "stepId": "one",
    "x-interaction": {"prompt": BAD, "context": {"a": BAD}, "url": BAD},
}
JUDGING: Fields = {
    "stepId": "one",
    "x-judge": {"prompt": BAD, "context": BAD, "outputSchema": {}, "fallback": {"prompt": BAD}},
}


def found(fields: Fields, **whole: object) -> list[tuple[str, Form, Moment]]:
    flow = loaded(document(workflow(steps=[fields]) | whole)).arazzo.workflows[0]
    sites = [*sites_of_workflow(flow, ("w",)), *sites_of_step(flow.steps[0], ("s",))]
    return [
        (".".join(map(str, site.path)), site.form, site.moment) for site in sites if BAD in str(site.value)
    ]


def paths(fields: Fields, **whole: object) -> list[str]:
    return [path for path, _, _ in found(fields, **whole)]


@pytest.mark.arazzo("F4", "F8", "F9")
def test_a_step_is_looked_through() -> None:
    """Each text that has an expression in it is a place, once."""
    written = sorted(path for path, text in _texts(ALL, "s") if BAD in text)

    assert written == sorted(paths(ALL))


def _texts(value: JsonValue, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in _texts(inner, f"{path}.{name}")]
    if isinstance(value, list):
        return [one for index, inner in enumerate(value) for one in _texts(inner, f"{path}.{index}")]
    return [(path, str(value))]


def test_questions_are_looked_through() -> None:
    """To people and to agents, and what stands in for an agent."""
    assert ["s.x-interaction.prompt", "s.x-interaction.context", "s.x-interaction.url"] == paths(ASKING)
    assert ["s.x-judge.prompt", "s.x-judge.context", "s.x-judge.fallback.prompt"] == paths(JUDGING)


@pytest.mark.arazzo("B4", "B5")
def test_what_a_workflow_says_for_all_is_looked_through() -> None:
    """Parameters, actions and outputs."""
    said = paths(
        step(), parameters=[PARAMETER], successActions=[ACTION], failureActions=[ACTION], outputs={"a": BAD}
    )

    assert {"w.parameters.0.value", "w.outputs.a", "w.failureActions.0.parameters.0.value"} < set(said)
    assert 8 == len(said)


def test_each_place_has_its_moment() -> None:
    """Before the call, after it, or when it is taken back."""
    moments = {path: moment for path, _, moment in found(ALL)}

    assert Moment.REQUEST is moments["s.parameters.0.value"] is moments["s.requestBody.payload"]
    assert Moment.RESPONSE is moments["s.outputs.a"] is moments["s.onFailure.0.parameters.0.value"]
    assert (
        Moment.COMPENSATION
        is moments["s.x-compensate.parameters.0.value"]
        is moments["s.x-probe.requestBody.payload"]
    )
    assert (
        Moment.RESPONSE
        is moments["s.x-probe.found.0.condition"]
        is moments["s.x-compensate.successCriteria.0.context"]
    )
