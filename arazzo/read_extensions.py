"""Reads our extensions of steps and workflows; all their fields are ours, so a wrong one is refused in both modes."""

import re
from datetime import timedelta
from typing import NamedTuple, TypeVar

from arazzo.elements import FailureAction, Fixed, Parameter, RequestBody
from arazzo.extensions import (
    Compensate,
    Contracts,
    DefaultSuccess,
    Idempotency,
    Interaction,
    InteractionMode,
    Judge,
    KeyScope,
    Probe,
    Sla,
    StepExtensions,
    WorkflowExtensions,
)
from arazzo.fields import Fields
from arazzo.problems import one_of
from arazzo.read_actions import read_failure_action
from arazzo.read_requests import read_body, read_parameters
from arazzo.read_values import read_criteria, read_output, read_value

DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
Made = TypeVar("Made", bound=Fixed)
TARGETS = ("operationId", "operationPath", "workflowId", "activity")


class _Called(NamedTuple):
    """What every call beside a step has."""

    operation_id: str | None
    operation_path: str | None
    workflow_id: str | None
    activity: str | None
    source_description: str | None
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None


def read_step_extensions(fields: Fields) -> StepExtensions:
    """Ours on a step."""
    judge, interaction = fields.object("x-judge", "x-judge"), fields.object("x-interaction", "x-interaction")
    hold = fields.text("x-on-failure")
    if hold not in {None, "hold", "compensate"}:
        fields.error("unknown-value", f"x-on-failure is {hold!r}", "hold or compensate", "x-on-failure")
    return StepExtensions(
        compensate=_compensate(fields),
        idempotency=_idempotency(fields),
        probe=_probe(fields),
        point_of_no_return=fields.boolean("x-point-of-no-return"),
        interaction=None if interaction is None else _interaction(interaction),
        judge=None if judge is None else _judge(judge),
        activity=fields.text("x-activity"),
        on_timeout=_actions(fields, "x-onTimeout"),
        on_cancel=_actions(fields, "x-onCancel"),
        on_failure="hold" if hold == "hold" else "compensate",
        sensitive_outputs=_sensitive(fields),
    )


def read_workflow_extensions(fields: Fields) -> WorkflowExtensions:
    """Ours on a workflow."""
    sla = fields.object("x-sla", "x-sla")
    return WorkflowExtensions(
        owner=fields.text("x-owner"),
        deadline=read_duration(fields, "x-deadline"),
        default_success=fields.choice("x-default-success", DefaultSuccess) or DefaultSuccess.BELOW_400,
        contracts=fields.choice("x-contracts", Contracts) or Contracts.HELD,
        version=fields.text("x-version") or None,
        sla=None if sla is None else _sla(sla),
    )


def read_duration(fields: Fields, name: str) -> timedelta | None:
    """ISO 8601, weeks to seconds: months and years have no fixed length."""
    text = fields.text(name)
    if text is None:
        return None
    found = duration(text)
    if found is None:
        fields.error("no-duration", f"{name} is {text!r}", "an ISO 8601 duration, as PT8H or P2D", name)
    return found


def duration(text: str) -> timedelta | None:
    """An ISO 8601 duration, or None if it is none."""
    found = DURATION.fullmatch(text)
    return (
        None
        if found is None
        else timedelta(**{unit: float(n) for unit, n in found.groupdict(default="0").items()})
    )


def _compensate(fields: Fields) -> Compensate | None:
    inner = fields.object("x-compensate", "x-compensate")
    if inner is None:
        return None
    called, criteria = _called(inner), read_criteria(inner, "successCriteria")
    return _finished(inner, Compensate(**called._asdict(), success_criteria=criteria))


def _probe(fields: Fields) -> Probe | None:
    inner = fields.object("x-probe", "x-probe")
    if inner is None:
        return None
    called, found = _called(inner), read_criteria(inner, "found")
    outputs = {name: read_output(inner.reading, place) for name, place in inner.entries("outputs")}
    return _finished(inner, Probe(**called._asdict(), found=found, outputs=outputs))


def _called(fields: Fields) -> _Called:
    given = [name for name in TARGETS if fields.has(name)]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "it says not what to call"
        fields.reading.error("one-target", fields.path, said, f"one of {', '.join(TARGETS)}", fields.of)
    parameters = read_parameters(fields, "parameters")
    return _Called(
        fields.text("operationId"),
        fields.text("operationPath"),
        fields.text("workflowId"),
        fields.text("activity"),
        fields.text("sourceDescription"),
        tuple(parameter for parameter in parameters if isinstance(parameter, Parameter)),
        read_body(fields, "requestBody"),
    )


def _idempotency(fields: Fields) -> Idempotency | None:
    inner = fields.object("x-idempotency", "x-idempotency")
    if inner is None:
        return None
    scope = inner.choice("scope", KeyScope) or KeyScope.REQUEST
    header = inner.text("header")
    return _finished(
        inner, Idempotency(scope=scope) if header is None else Idempotency(header=header, scope=scope)
    )


def _interaction(fields: Fields) -> Interaction:
    context = fields.get("context")
    return _finished(
        fields,
        Interaction(
            prompt=fields.required_text("prompt"),
            context=None if context is None else read_value(fields.reading, context),
            input_schema=fields.json("inputSchema"),
            mode=fields.choice("mode", InteractionMode) or InteractionMode.FORM,
            url=fields.text("url"),
            timeout=read_duration(fields, "timeout"),
        ),
    )


def _judge(fields: Fields) -> Judge:
    context, fallback = fields.get("context"), fields.object("fallback", "x-interaction")
    return _finished(
        fields,
        Judge(
            prompt=fields.required_text("prompt"),
            context=None if context is None else read_value(fields.reading, context),
            output_schema=fields.json("outputSchema", required=True),
            timeout=read_duration(fields, "timeout"),
            fallback=None if fallback is None else _interaction(fallback),
        ),
    )


def _sensitive(fields: Fields) -> tuple[str, ...]:
    """Outputs that the step has: a name that is none would hide nothing."""
    outputs = fields.fields.get("outputs")
    known = (
        () if outputs is None or not isinstance(outputs.value, dict) else tuple(map(str, outputs.children))
    )
    names = fields.texts("x-sensitive-outputs")
    for name in names:
        if name not in known:
            said = f"{name!r} is no output of this step"
            fields.error("unknown-output", said, one_of(known) or "an output", "x-sensitive-outputs")
    return names


def _sla(fields: Fields) -> Sla | None:
    if not fields.has("limit"):
        fields.missing("limit")
    limit, warn = read_duration(fields, "limit"), read_duration(fields, "warn")
    return None if limit is None else _finished(fields, Sla(limit=limit, warn=warn))


def _actions(fields: Fields, name: str) -> tuple[FailureAction, ...] | None:
    places = fields.items(name)
    if places is None:
        return None
    return tuple(read_failure_action(fields.reading, place) for place in places)


def _finished(fields: Fields, made: Made) -> Made:
    """Ours have no fields but these."""
    for name in fields.unknown():
        fields.error("unknown-field", f"{name} is no field of {fields.of}", fields.known, name)
    return made
