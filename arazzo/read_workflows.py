"""Reads workflows and steps."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import JsonValue

from arazzo.elements import Location, Parameter, Reusable
from arazzo.fields import Fields
from arazzo.model import InlineOperation, Step, Version, Workflow
from arazzo.read_actions import read_actions, read_failure_action, read_success_action
from arazzo.read_extensions import duration, read_step_extensions, read_workflow_extensions
from arazzo.read_requests import read_body, read_parameters
from arazzo.read_values import read_criteria, read_output
from arazzo.reading import Mode, Place, Reading

TARGETS = ("operationId", "operationPath", "channelPath", "workflowId")
OWN_TARGETS = ("x-activity", "x-interaction", "x-judge")
STEPS = "$steps."
QUALIFIED = re.compile(r"\$workflows\.[^.]+\.steps\.[^.]+|\$sourceDescriptions\.[^.]+\.[^.]+\.steps\.[^.]+")
LONGEST_TIMEOUT = timedelta(days=3650)


def read_workflow(reading: Reading, place: Place) -> Workflow:
    """Workflow Object."""
    fields = Fields(reading, place, "Workflow Object")
    inputs = fields.json("inputs")
    if inputs is not None and not isinstance(inputs, dict | bool):
        fields.error("wrong-kind", "inputs is no JSON Schema", "an object", "inputs")
    return Workflow(
        workflow_id=fields.required_text("workflowId"),
        summary=fields.text("summary"),
        description=fields.text("description"),
        inputs=inputs,
        depends_on=fields.texts("dependsOn"),
        steps=_steps(fields),
        success_actions=read_actions(fields, "successActions", "successActions", read_success_action) or (),
        failure_actions=read_actions(fields, "failureActions", "failureActions", read_failure_action) or (),
        outputs={name: read_output(reading, place) for name, place in fields.entries("outputs")},
        parameters=read_parameters(fields, "parameters"),
        own=read_workflow_extensions(fields),
        extensions=fields.done(),
    )


def _steps(fields: Fields) -> tuple[Step, ...]:
    places = fields.items("steps")
    if places is None:
        fields.missing("steps")
        return ()
    if not places:
        fields.error("empty-list", "a workflow without steps", "at least one step", "steps")
    if len(places) > (most := fields.reading.limits.steps):
        fields.error("too-many-steps", f"{len(places)} steps", f"at most {most}", "steps")
        return ()
    return tuple(read_step(fields.reading, place) for place in places)


def read_step(reading: Reading, place: Place) -> Step:
    """Step Object."""
    fields = Fields(reading, place, "Step Object")
    inline = _inline(fields)
    _one_target(fields, inline)
    action = _action(fields)
    step = Step(
        step_id=fields.required_text("stepId"),
        description=fields.text("description"),
        operation_id=fields.text("operationId"),
        operation_path=fields.text("operationPath"),
        workflow_id=fields.text("workflowId"),
        channel_path=fields.text("channelPath", since=Version.V1_1),
        inline=inline,
        action=action,
        correlation_id=_correlation(fields, action),
        timeout=_timeout(fields),
        depends_on=_depends_on(fields),
        parameters=_parameters(fields),
        request_body=read_body(fields, "requestBody"),
        success_criteria=read_criteria(fields, "successCriteria"),
        on_success=read_actions(fields, "onSuccess", "successActions", read_success_action),
        on_failure=read_actions(fields, "onFailure", "failureActions", read_failure_action),
        outputs={name: read_output(reading, place) for name, place in fields.entries("outputs")},
        own=read_step_extensions(fields),
    )
    return step.model_copy(update={"extensions": fields.done()})


def _one_target(fields: Fields, inline: InlineOperation | None) -> None:
    given = [name for name in TARGETS if fields.has(name)]
    own = [name for name in OWN_TARGETS if fields.has(name)]
    if own == ["x-activity"] and len(given) <= 1:
        return  # the activity stands in place of the operation, which other tools call
    given += own
    if len(given) > 1:
        said = f"{' and '.join(given)} are given"
        fields.reading.error(
            "one-target", fields.path, said, "one of them", "Step Object: mutually exclusive fields"
        )
    if not given and inline is None:
        fields.reading.error(
            "one-target",
            fields.path,
            "it says not what to call",
            f"one of {', '.join(TARGETS)}",
            "Step Object: mutually exclusive fields",
        )


def _inline(fields: Fields) -> InlineOperation | None:
    """Other tools' `x-operation`, where nothing else says what to call (D21)."""
    place = fields.get("x-operation")
    if place is None or any(fields.has(name) for name in TARGETS) or fields.reading.mode is Mode.STRICT:
        return None
    inner = Fields(fields.reading, place, "x-operation")
    fields.depart("inline-operation", "x-operation is not of the specification", "operationId", "x-operation")
    return InlineOperation(url=inner.required_text("url"), method=inner.required_text("method"))


def _action(fields: Fields) -> Literal["send", "receive"] | None:
    found = fields.text("action", since=Version.V1_1)
    if found is None:
        if fields.has("channelPath"):
            fields.error("missing-field", "action is missing", "send or receive", "action")
        return None
    if fields.has("workflowId"):
        fields.error("action-of-workflow", "a workflow is neither sent nor received", "no action", "action")
    if fields.has("operationPath"):
        fields.depart(
            "action-of-path", "an operationPath with an action", "operationId or channelPath", "action"
        )
    if found not in {"send", "receive"}:
        fields.error("unknown-value", f"action is {found!r}", "send or receive", "action")
    return "send" if found == "send" else "receive"


def _correlation(fields: Fields, action: str | None) -> JsonValue:
    found = fields.json("correlationId", since=Version.V1_1)
    if found is not None and action != "receive":
        fields.error(
            "correlation-of-others", "only receive has a correlationId", "action: receive", "correlationId"
        )
    return found


def _timeout(fields: Fields) -> timedelta | None:
    place = fields.get("timeout", since=Version.V1_1)
    if place is None:
        return None
    value, most = place.node.value, LONGEST_TIMEOUT
    if isinstance(value, str) and (found := duration(value)) is not None:
        # The draft of 1.2 takes ISO 8601 durations.
        fields.depart("later-version", f"timeout is {value}", "a whole number of milliseconds", "timeout")
        return found
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= most / timedelta(milliseconds=1)
    ):
        return timedelta(milliseconds=value)
    fields.error(
        "wrong-kind", f"timeout is {value!r}", "a whole number of milliseconds, more than 0", "timeout"
    )
    return None


def _depends_on(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("dependsOn", since=Version.V1_1)
    if fields.has("dependsOn") and not found:
        fields.depart("empty-list", "dependsOn is empty", "at least one step, or no such field", "dependsOn")
    return tuple(_dependency(fields, index, text) for index, text in enumerate(found))


def _dependency(fields: Fields, index: int, text: str) -> str:
    if text.startswith(STEPS):
        path, step = (*fields.path, "dependsOn", index), text.removeprefix(STEPS)
        fields.reading.depart(
            "step-expression", path, f"{text} stands there", step, fields.clause("dependsOn")
        )
        return step
    if text.startswith("$") and not QUALIFIED.fullmatch(text):
        expected = "a stepId, $workflows.W.steps.S or $sourceDescriptions.N.W.steps.S"
        fields.error("unknown-form", f"{text} names no step", expected, "dependsOn")
    return text


def _parameters(fields: Fields) -> tuple[Parameter | Reusable, ...]:
    """Those of an operation say where they go; none is there twice (C5)."""
    found = read_parameters(fields, "parameters")
    seen: set[tuple[str, Location | None]] = set()
    for index, parameter in enumerate(found):
        if isinstance(parameter, Reusable):
            continue
        path = (*fields.path, "parameters", index)
        to_workflow = fields.has("workflowId") or fields.has("x-activity")
        if parameter.location is None and not to_workflow:
            said = f"parameter {parameter.name} says not where it goes"
            fields.reading.depart("missing-in", path, said, "in", "Parameter Object, in")
        folded = parameter.name.lower() if parameter.location is Location.HEADER else parameter.name
        if (identity := (folded, None if to_workflow else parameter.location)) in seen:
            said = f"parameter {parameter.name} is there twice"
            fields.reading.error("duplicate-parameter", path, said, "each once", fields.clause("parameters"))
        seen.add(identity)
    return found
