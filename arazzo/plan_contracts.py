"""The contracts in a plan: all of them, or none where they would make it too large to be carried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from arazzo.openapi.operation import Operation
from arazzo.plan import PlannedCall, PlannedStep, PlannedWorkflow

MOST_IN_PLAN = 512 * 1024
"""Bytes. A run begins with its plan, and what a run begins with has a limit."""


def bounded(workflows: Mapping[str, PlannedWorkflow]) -> dict[str, PlannedWorkflow]:
    """The workflows of a plan."""
    if size_of(_operations(workflows.values())) <= MOST_IN_PLAN:
        return dict(workflows)
    return {name: without_contracts(one) for name, one in workflows.items()}


def size_of(operations: Iterable[Operation]) -> int:
    """Of their contracts, as JSON."""
    contracts = (one.contract for one in operations)
    return sum(len(one.model_dump_json().encode(errors="replace")) for one in contracts if one is not None)


def without_contracts(workflow: PlannedWorkflow) -> PlannedWorkflow:
    """The same, in which nothing is held against any description."""
    return workflow.model_copy(update={"steps": tuple(map(_step, workflow.steps))})


def _step(step: PlannedStep) -> PlannedStep:
    return step.model_copy(
        update={
            "call": _call(step.call),
            "compensation": step.compensation and _call(step.compensation),
            "probe": step.probe and _call(step.probe),
        }
    )


def _call(call: PlannedCall) -> PlannedCall:
    if call.operation is None or call.operation.contract is None:
        return call
    return call.model_copy(update={"operation": call.operation.model_copy(update={"contract": None})})


def _operations(workflows: Iterable[PlannedWorkflow]) -> Iterator[Operation]:
    for workflow in workflows:
        for step in workflow.steps:
            for call in (step.call, step.compensation, step.probe):
                if call is not None and call.operation is not None:
                    yield call.operation
