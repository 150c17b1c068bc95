"""Our extensions: what they say, and that the published schema says the same as the reading."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from arazzo.extensions import Idempotency, InteractionMode, KeyScope, Sla, StepExtensions
from arazzo.read_extensions import duration
from arazzo.reading import Mode
from tests.arazzo.documents import document, loaded, refusals, step, workflow

SCHEMA = json.loads((Path(__file__).parents[2] / "arazzo" / "extensions.schema.json").read_text())
CALL = {"operationId": "release"}
ASK = {"prompt": "Is it so?"}
CRITERIA = [{"condition": "$statusCode == 200"}]
STOP = {"name": "stop", "type": "end"}

STEPS: dict[str, tuple[dict[str, Any], bool]] = {
    "a compensation": ({"x-compensate": CALL}, True),
    "a compensation with all": (
        {
            "x-compensate": {
                "operationId": "release",
                "sourceDescription": "api",
                "parameters": [{"name": "id", "in": "path", "value": "$inputs.id"}],
                "requestBody": {"payload": {"why": "undone"}},
                "successCriteria": CRITERIA,
            }
        },
        True,
    ),
    "a compensation by path": ({"x-compensate": {"operationPath": "a#/b"}}, True),
    "a compensation by workflow": ({"x-compensate": {"workflowId": "undo"}}, True),
    "a compensation by activity": ({"x-compensate": {"activity": "inventory.release"}}, True),
    "a compensation by nothing": ({"x-compensate": {}}, False),
    "a compensation by two": ({"x-compensate": {**CALL, "workflowId": "undo"}}, False),
    "a compensation with a typo": ({"x-compensate": {**CALL, "parameter": []}}, False),
    "a compensation in a word": ({"x-compensate": "release"}, False),
    "a compensation without value": ({"x-compensate": {**CALL, "parameters": [{"name": "id"}]}}, False),
    "a probe": ({"x-probe": {**CALL, "found": CRITERIA, "outputs": {"id": "$response.body#/id"}}}, True),
    "a probe for nothing": ({"x-probe": {**CALL, "found": [{}]}}, False),
    "a key": ({"x-idempotency": {}}, True),
    "a key by name": ({"x-idempotency": {"header": "X-Key", "scope": "visit"}}, True),
    "a key for ever": ({"x-idempotency": {"scope": "forever"}}, False),
    "a key with a typo": ({"x-idempotency": {"headers": "X-Key"}}, False),
    "a point of no return": ({"x-point-of-no-return": True}, True),
    "a point in words": ({"x-point-of-no-return": "yes"}, False),
    "a hold": ({"x-on-failure": "hold"}, True),
    "a shrug": ({"x-on-failure": "ignore"}, False),
    "outputs that nobody reads": (
        {"outputs": {"token": "$statusCode"}, "x-sensitive-outputs": ["token"]},
        True,
    ),
    "an output in a word": ({"outputs": {"token": "$statusCode"}, "x-sensitive-outputs": "token"}, False),
    "actions": ({"x-onTimeout": [STOP], "x-onCancel": [STOP]}, True),
    "an action of success": ({"x-onTimeout": [{"name": "a", "type": "wait"}]}, False),
}
OWN_STEPS: dict[str, tuple[dict[str, Any], bool]] = {
    "an activity": ({"x-activity": "inventory.reserve"}, True),
    "a question": ({"x-interaction": ASK}, True),
    "a question with all": (
        {
            "x-interaction": {
                **ASK,
                "context": {"order": "$inputs.order"},
                "inputSchema": {"type": "object"},
                "mode": "redirect",
                "url": "https://example.com/{$inputs.id}",
                "timeout": "P3DT12H",
            }
        },
        True,
    ),
    "a question of nothing": ({"x-interaction": {}}, False),
    "a question by telephone": ({"x-interaction": {**ASK, "mode": "telephone"}}, False),
    "a question for months": ({"x-interaction": {**ASK, "timeout": "P1M"}}, False),
    "a question with a typo": ({"x-interaction": {**ASK, "schema": {}}}, False),
    "a judgement": (
        {"x-judge": {**ASK, "outputSchema": {"type": "object"}, "fallback": ASK, "timeout": "PT30S"}},
        True,
    ),
    "a judgement of any form": ({"x-judge": ASK}, False),
    "a judgement with no one to ask": ({"x-judge": {**ASK, "outputSchema": {}, "fallback": {}}}, False),
}
WORKFLOWS: dict[str, tuple[dict[str, Any], bool]] = {
    "an owner": ({"x-owner": "order-team", "x-version": "2"}, True),
    "an SLA": ({"x-sla": {"limit": "PT1H", "warn": "PT45M"}}, True),
    "an SLA without limit": ({"x-sla": {"warn": "PT45M"}}, False),
    "a deadline": ({"x-deadline": "PT1H"}, True),
    "a deadline that is no time": ({"x-deadline": "soon"}, False),
    "any answer": ({"x-default-success": "any"}, True),
    "an answer of another kind": ({"x-default-success": "some"}, False),
    "contracts of no interest": ({"x-contracts": "ignored"}, True),
    "contracts in doubt": ({"x-contracts": "sometimes"}, False),
    "an SLA in words": ({"x-sla": {"limit": "an hour"}}, False),
    "an SLA with a typo": ({"x-sla": {"limit": "PT1H", "warning": "PT45M"}}, False),
}


def by_schema(part: str, fields: dict[str, Any]) -> bool:
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{part}"}).is_valid(fields)


@pytest.mark.arazzo("A9")
@pytest.mark.parametrize("case", STEPS | OWN_STEPS)
def test_steps_are_read_as_the_schema_has_it(case: str) -> None:
    """What the schema takes is read, and what it refuses is refused, in both modes."""
    fields, good = (STEPS | OWN_STEPS)[case]
    whole = {"stepId": "one", **fields} if case in OWN_STEPS else step(**fields)
    content = document(workflow(steps=[whole]))

    assert good is by_schema("step", fields)
    assert all(good is (refusals(content, mode) == []) for mode in Mode), refusals(content)


@pytest.mark.arazzo("A9")
@pytest.mark.parametrize("case", WORKFLOWS)
def test_workflows_are_read_as_the_schema_has_it(case: str) -> None:
    """As steps are."""
    fields, good = WORKFLOWS[case]

    assert good is by_schema("workflow", fields)
    assert all(good is (refusals(document(workflow(**fields)), mode) == []) for mode in Mode)


def own(**fields: Any) -> StepExtensions:  # noqa: ANN401
    return loaded(document(workflow(steps=[{"stepId": "one", **fields}]))).arazzo.workflows[0].steps[0].own


def test_what_is_not_said_has_its_default() -> None:
    """A key in the usual header for one request, a form, a failure that is compensated."""
    asked = own(**{"x-interaction": ASK, "x-idempotency": {}})

    assert Idempotency(header="Idempotency-Key", scope=KeyScope.REQUEST) == asked.idempotency
    assert asked.interaction is not None
    assert (InteractionMode.FORM, None) == (asked.interaction.mode, asked.interaction.timeout)
    assert ("compensate", False, None) == (asked.on_failure, asked.point_of_no_return, asked.on_cancel)


@pytest.mark.arazzo("D4")
@pytest.mark.parametrize("mode", Mode)
def test_what_is_sensitive_is_an_output(mode: Mode) -> None:
    """A name with a typo in it would leave what it means in the clear."""
    fields: dict[str, Any] = {"outputs": {"token": "$statusCode"}, "x-sensitive-outputs": ["tokn"]}
    [found] = refusals(document(workflow(steps=[step(**fields)])), mode)

    assert ("unknown-output", "one of token") == (found.rule, found.expected)


def test_a_workflow_says_who_owns_it() -> None:
    """And how long it may take."""
    fields: dict[str, Any] = {
        "x-owner": "order-team",
        "x-version": "2",
        "x-sla": {"limit": "PT1H", "warn": "PT45M"},
    }
    found = loaded(document(workflow(**fields))).arazzo.workflows[0].own

    assert ("order-team", "2") == (found.owner, found.version)
    assert Sla(limit=timedelta(hours=1), warn=timedelta(minutes=45)) == found.sla


@pytest.mark.arazzo("C1")
def test_a_step_does_one_thing() -> None:
    """A question is no call; an activity may stand in place of one, which other tools then make."""

    def refused(**fields: Any) -> bool:  # noqa: ANN401
        return "one-target" in {
            one.rule for one in refusals(document(workflow(steps=[{"stepId": "one", **fields}])))
        }

    assert not refused(operationId="reserve", **{"x-activity": "inventory.reserve"})
    assert refused(operationId="reserve", **{"x-interaction": ASK})
    assert refused(**{"x-interaction": ASK, "x-judge": {**ASK, "outputSchema": {}}})


@given(
    st.integers(0, 9999),
    st.integers(0, 99999),
    st.integers(0, 999),
    st.integers(0, 999),
    st.integers(0, 999_999_999),
)
def test_durations_are_what_they_say(
    weeks: int, days: int, hours: int, minutes: int, milliseconds: int
) -> None:
    """Weeks to seconds, with a fraction."""
    text = f"P{weeks}W{days}DT{hours}H{minutes}M{milliseconds / 1000:.3f}S"

    assert duration(text) == timedelta(
        weeks=weeks, days=days, hours=hours, minutes=minutes, milliseconds=milliseconds
    )


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1D", "P1Y", "P-1D", "PT1H1D", "P1.5D", "p1d", "P1D "]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    """Nor does the schema take it."""
    assert duration(text) is None
    assert not by_schema("workflow", {"x-sla": {"limit": text}})
