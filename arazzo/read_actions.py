"""Reads success and failure actions."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Literal, TypeVar

from arazzo.elements import FailureAction, Parameter, Reusable, SuccessAction
from arazzo.fields import Fields
from arazzo.model import Version
from arazzo.read_requests import read_parameters, reference
from arazzo.read_values import read_criteria
from arazzo.reading import Place, Reading

Read = TypeVar("Read")

LONGEST_DELAY = timedelta(days=3650)


def read_success_action(reading: Reading, place: Place) -> SuccessAction:
    """Success Action Object."""
    fields = Fields(reading, place, "Success Action Object")
    return SuccessAction(
        name=_action_name(fields),
        type="goto" if _action_type(fields, ("end", "goto")) == "goto" else "end",
        workflow_id=fields.text("workflowId"),
        step_id=fields.text("stepId"),
        parameters=_action_parameters(fields),
        criteria=read_criteria(fields, "criteria"),
        extensions=fields.done(),
    )


def read_failure_action(reading: Reading, place: Place) -> FailureAction:
    """Failure Action Object."""
    fields = Fields(reading, place, "Failure Action Object")
    found = _action_type(fields, ("end", "goto", "retry"))
    kind: Literal["end", "goto", "retry"] = (
        "goto" if found == "goto" else "retry" if found == "retry" else "end"
    )
    return FailureAction(
        name=_action_name(fields),
        type=kind,
        workflow_id=fields.text("workflowId"),
        step_id=fields.text("stepId"),
        parameters=_action_parameters(fields),
        retry_after=timedelta(seconds=_number(fields, "retryAfter", LONGEST_DELAY.total_seconds()) or 0),
        retry_limit=_retry_limit(fields),
        criteria=read_criteria(fields, "criteria"),
        extensions=fields.done(),
    )


def read_actions(
    fields: Fields, name: str, kind: str, read: Callable[[Reading, Place], Read]
) -> tuple[Read | Reusable, ...] | None:
    """A list of actions and references to them; None where it is not there."""
    places = fields.items(name)
    if places is None:
        return None
    return tuple(reference(fields.reading, place, kind) or read(fields.reading, place) for place in places)


def _action_name(fields: Fields) -> str:
    name = fields.text("name")
    if name:
        return name
    generated = "-".join(map(str, fields.path[-2:]))
    fields.depart("missing-field", "name is missing", "a name", "name")
    return generated


def _action_type(fields: Fields, types: tuple[str, ...]) -> str | None:
    place = fields.get("type")
    if place is None:
        fields.missing("type")
        return None
    value = place.node.value
    if not isinstance(value, str) or value not in types:
        fields.error("unknown-value", f"type is {value!r}", f"one of {', '.join(types)}", "type")
        return None
    targets = [name for name in ("workflowId", "stepId") if fields.has(name)]
    if value == "goto" and len(targets) != 1:
        said = "goes to a step and a workflow" if targets else "goes nowhere"
        fields.error("goto-target", said, "either stepId or workflowId", "type")
    return value


def _action_parameters(fields: Fields) -> tuple[Parameter | Reusable, ...]:
    fields.get("parameters", since=Version.V1_1)
    found = read_parameters(fields, "parameters")
    if found and not fields.has("workflowId"):
        fields.error("parameters-without-workflow", "parameters go to workflows", "workflowId", "parameters")
    for index, parameter in enumerate(found):
        if isinstance(parameter, Parameter) and parameter.location is not None:
            path = (*fields.path, "parameters", index, "in")
            fields.reading.depart("in-of-action", path, "in is given", "no in", fields.clause("parameters"))
    return found


def _retry_limit(fields: Fields) -> int:
    found = _number(fields, "retryLimit", 1_000_000)
    if found is None:
        return 1
    if found != int(found):
        fields.error("wrong-kind", f"retryLimit is {found}", "a whole number, 0 or more", "retryLimit")
    return int(found)


def _number(fields: Fields, name: str, most: float) -> float | None:
    place = fields.get(name)
    if place is None:
        return None
    value = place.node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        fields.wrong_kind(place, "a number")
        return None
    if not 0 <= value <= most:
        fields.error("out-of-range", f"{name} is {value}", f"a number from 0 to {most:g}", name)
        return None
    return value
