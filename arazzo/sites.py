"""Every place of a workflow where expressions may stand, and when they are evaluated there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from arazzo.elements import (
    Criterion,
    ExpressionKind,
    FailureAction,
    Parameter,
    RequestBody,
    Reusable,
    Selector,
    SuccessAction,
    Value,
)
from arazzo.extensions import Call, Compensate, Interaction, Judge, Probe
from arazzo.model import Step, Workflow
from arazzo.reading import Path


class Moment(StrEnum):
    """When an expression is evaluated."""

    REQUEST = "request"
    """Before the step's call."""
    RESPONSE = "response"
    """After it: its answer and outputs are known."""
    COMPENSATION = "compensation"
    """When the step is taken back, or asked about: its outputs may not be known."""
    END = "end"
    """When the workflow is done."""


class Form(StrEnum):
    """How expressions stand in a text."""

    VALUE = "value"
    """It is one, or has some in braces, at any depth."""
    EXPRESSION = "expression"
    """It is one."""
    CONDITION = "condition"
    """It is a simple condition, with some among its operands."""
    PATTERN = "pattern"
    """It is a regular expression, a JSONPath or an XPath, with some in braces."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place."""

    path: Path
    value: Value
    form: Form
    moment: Moment
    kind: ExpressionKind | None = None
    """Of a pattern or a selector: its language."""
    version: str = ""


def sites_of_workflow(workflow: Workflow, path: Path) -> Iterator[Site]:
    """What a workflow says for all its steps, and its outputs."""
    yield from _parameters(workflow.parameters, (*path, "parameters"), Moment.REQUEST)
    yield from _actions(workflow.success_actions, (*path, "successActions"))
    yield from _actions(workflow.failure_actions, (*path, "failureActions"))
    yield from sites_of_outputs(workflow.outputs, path)


def sites_of_outputs(outputs: Mapping[str, Value], path: Path) -> Iterator[Site]:
    """A workflow's outputs alone: all that a plan leaves of it."""
    yield from _values(outputs, (*path, "outputs"), Moment.END)


def sites_of_step(step: Step, path: Path) -> Iterator[Site]:
    """What a step says itself."""
    yield from _parameters(step.parameters, (*path, "parameters"), Moment.REQUEST)
    if step.request_body is not None:
        yield from _body(step.request_body, (*path, "requestBody"), Moment.REQUEST)
    if step.correlation_id is not None:
        yield from _value(step.correlation_id, (*path, "correlationId"), Moment.REQUEST)
    yield from _criteria(step.success_criteria, (*path, "successCriteria"), Moment.RESPONSE)
    yield from _actions(step.on_success or (), (*path, "onSuccess"))
    yield from _actions(step.on_failure or (), (*path, "onFailure"))
    yield from _values(step.outputs, (*path, "outputs"), Moment.RESPONSE)
    yield from _extensions(step, path)


def _extensions(step: Step, path: Path) -> Iterator[Site]:
    own = step.own
    for name, call in (("x-compensate", own.compensate), ("x-probe", own.probe)):
        if call is not None:
            yield from _call(call, (*path, name))
    if own.interaction is not None:
        yield from _asking(own.interaction, (*path, "x-interaction"))
    if own.judge is not None:
        yield from _asking(own.judge, (*path, "x-judge"))
        if own.judge.fallback is not None:
            yield from _asking(own.judge.fallback, (*path, "x-judge", "fallback"))
    yield from _actions(own.on_timeout or (), (*path, "x-onTimeout"))
    yield from _actions(own.on_cancel or (), (*path, "x-onCancel"))


def _call(call: Call, path: Path) -> Iterator[Site]:
    yield from _parameters(call.parameters, (*path, "parameters"), Moment.COMPENSATION)
    if call.request_body is not None:
        yield from _body(call.request_body, (*path, "requestBody"), Moment.COMPENSATION)
    # What follows is evaluated over the answer of the call itself.
    if isinstance(call, Compensate):
        yield from _criteria(call.success_criteria, (*path, "successCriteria"), Moment.RESPONSE)
    if isinstance(call, Probe):
        yield from _criteria(call.found, (*path, "found"), Moment.RESPONSE)
        yield from _values(call.outputs, (*path, "outputs"), Moment.RESPONSE)


def _asking(asking: Interaction | Judge, path: Path) -> Iterator[Site]:
    yield from _value(asking.prompt, (*path, "prompt"), Moment.REQUEST)
    yield from _value(asking.context, (*path, "context"), Moment.REQUEST)
    if isinstance(asking, Interaction) and asking.url is not None:
        yield from _value(asking.url, (*path, "url"), Moment.REQUEST)


def _parameters(given: Iterable[Parameter | Reusable], path: Path, moment: Moment) -> Iterator[Site]:
    for index, parameter in enumerate(given):
        if isinstance(parameter, Parameter) or parameter.overrides:
            yield from _value(parameter.value, (*path, index, "value"), moment)


def _body(body: RequestBody, path: Path, moment: Moment) -> Iterator[Site]:
    yield from _value(body.payload, (*path, "payload"), moment)
    for index, replacement in enumerate(body.replacements):
        yield from _value(replacement.value, (*path, "replacements", index, "value"), moment)


def _criteria(criteria: Iterable[Criterion], path: Path, moment: Moment) -> Iterator[Site]:
    for index, criterion in enumerate(criteria):
        here = (*path, index)
        simple = criterion.type.type is ExpressionKind.SIMPLE
        if criterion.context is not None:
            yield Site((*here, "context"), criterion.context, Form.EXPRESSION, moment)
        form = Form.CONDITION if simple else Form.PATTERN
        yield Site(
            (*here, "condition"),
            criterion.condition,
            form,
            moment,
            criterion.type.type,
            criterion.type.version,
        )


def _actions(actions: Iterable[SuccessAction | FailureAction | Reusable], path: Path) -> Iterator[Site]:
    for index, action in enumerate(actions):
        if isinstance(action, Reusable):
            continue
        yield from _parameters(action.parameters, (*path, index, "parameters"), Moment.RESPONSE)
        yield from _criteria(action.criteria, (*path, index, "criteria"), Moment.RESPONSE)


def _values(values: Mapping[str, Value], path: Path, moment: Moment) -> Iterator[Site]:
    for name, value in values.items():
        yield from _value(value, (*path, name), moment)


def _value(value: Value, path: Path, moment: Moment) -> Iterator[Site]:
    if not isinstance(value, Selector):
        yield Site(path, value, Form.VALUE, moment)
        return
    yield Site((*path, "context"), value.context, Form.EXPRESSION, moment)
    yield Site((*path, "selector"), value.selector, Form.PATTERN, moment, value.type.type, value.type.version)
