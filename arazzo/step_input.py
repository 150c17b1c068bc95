"""A step with all that its expressions read of its run: what goes with its activity, and nothing else (D5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from arazzo.context import Context, SourceValues, WorkflowValues
from arazzo.elements import Fixed
from arazzo.evaluate import evaluate
from arazzo.expressions import Expression, Source
from arazzo.extensions import DefaultSuccess
from arazzo.grammar import parse
from arazzo.model import Version
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow

Values = dict[str, JsonValue]


class Ran(BaseModel):
    """What another workflow was given, has given, and which of its steps have completed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    inputs: Values = Field(default={}, repr=False)
    outputs: Values = Field(default={}, repr=False)
    steps: tuple[str, ...] = ()


class StepInput(Fixed):
    """The input of a step's activity, its compensation and its probe."""

    workflow: str
    """Key of the workflow in its plan."""
    planned: PlannedStep
    spec: Version
    lenient: bool = False
    self_uri: str | None = None
    sources: dict[str, dict[str, str]] = Field(default={})
    servers: dict[str, str] = Field(default={})
    """By source description: the server to call in place of the one that is described."""
    inputs: Values = Field(default={}, repr=False)
    steps: dict[str, Values] = Field(default={}, repr=False)
    workflows: dict[str, Ran] = Field(default={}, repr=False)
    any_answer: bool = False
    """Whether without criteria any answer is a success."""
    undo_plan: Plan | None = None
    """Where the step is taken back by a workflow: that one, and those that it runs."""
    key: str = ""
    """From which the idempotency key follows: the same for all calls of one visit."""

    def __saga_shown__(self) -> JsonValue:
        """In a status: the values that it was given, and not the plan around them."""
        said: Values = {"inputs": self.inputs}
        said["steps"] = {name: values for name, values in self.steps.items()}  # noqa: C416 - as JSON
        said["workflows"] = {name: dict(ran.outputs) for name, ran in self.workflows.items()}
        return {name: values for name, values in said.items() if values}

    @property
    def name(self) -> str:
        """The step's id."""
        return self.planned.step.step_id

    @cached_property
    def context(self) -> Context:
        """What its expressions may refer to before its call."""
        return Context(
            inputs=self.inputs,
            steps=self.steps,
            workflows={
                name: WorkflowValues(inputs=ran.inputs, outputs=ran.outputs)
                for name, ran in self.workflows.items()
            },
            sources={name: self._source(name, fields) for name, fields in self.sources.items()},
            self_uri=self.self_uri,
            lenient=self.lenient,
            version=str(self.spec),
        )

    def _source(self, name: str, fields: Mapping[str, str]) -> SourceValues:
        operation = self.planned.call.operation
        known = operation is not None and operation.source == name
        own = operation.operation_id if operation and known else None
        return SourceValues(fields=dict(fields), ids=frozenset(() if own is None else (own,)))

    def with_outputs(self, outputs: Mapping[str, JsonValue]) -> Context:
        """The same when what the step has given is known, as its undo sees it."""
        return replace(self.context, steps={**self.steps, self.name: dict(outputs)})


def reads(
    step: PlannedStep, known: Context, *, spec: Version, lenient: bool
) -> tuple[Values, dict[str, Values], dict[str, Ran]]:
    """The inputs, the outputs of steps and the values of workflows that a step's expressions read."""
    inputs: Values = {}
    steps: dict[str, Values] = {}
    given: dict[str, Values] = {}
    gave: dict[str, Values] = {}
    for text in step.needs:
        expression = parse(text, lenient=lenient, version=str(spec))
        value = evaluate(expression, known)
        match expression.source:
            case Source.INPUTS:
                _put(inputs, expression, value)
            case Source.STEPS:
                _put(steps.setdefault(expression.owner, {}), expression, value)
            case _:
                side = given if expression.part == "inputs" else gave
                _put(side.setdefault(expression.owner, {}), expression, value)
    names = dict.fromkeys((*given, *gave))
    workflows = {name: Ran(inputs=given.get(name, {}), outputs=gave.get(name, {})) for name in names}
    return inputs, steps, workflows


def _put(values: Values, expression: Expression, value: JsonValue) -> None:
    """Under its name; all that there is, where an expression asks for all. What is missing stays so (D16)."""
    if expression.name is not None:
        if value is not None:
            values[expression.name] = value
    elif isinstance(value, dict):
        values.update(value)


def step_input(
    workflow: PlannedWorkflow,
    step: PlannedStep,
    known: Context,
    **own: Any,  # noqa: ANN401 - its other fields
) -> StepInput:
    """The input for a step of a workflow, given all that its run knows."""
    inputs, steps, workflows = reads(step, known, spec=workflow.spec, lenient=workflow.lenient)
    return StepInput(
        workflow=f"{workflow.document}/{workflow.workflow_id}",
        planned=step,
        spec=workflow.spec,
        lenient=workflow.lenient,
        self_uri=workflow.self_uri,
        any_answer=workflow.own.default_success is DefaultSuccess.ANY,
        inputs=inputs,
        steps=steps,
        workflows=workflows,
        **own,
    )
