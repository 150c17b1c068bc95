"""A plan: all that a run needs of its documents, compiled once, immutable, and known by its hash.

Editing a document changes no run: a run carries its plan. References are resolved, components put in their place, what
the workflow says for all its steps is said by each (B4, D14), and each call has its operation's description with it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property

from pydantic import Field, JsonValue

from arazzo.elements import Fixed, Value
from arazzo.extensions import WorkflowExtensions
from arazzo.model import Step, Version
from arazzo.openapi.operation import Operation

FORMAT = 1
"""Of a plan as JSON. Runs of an older one go on."""


class PlannedCall(Fixed):
    """One call of a step, its compensation or its probe: of an operation, a workflow or an activity."""

    operation: Operation | None = None
    workflow: str | None = None
    """A key of `Plan.workflows`."""
    activity: str | None = None
    channel: str | None = None
    """Of a message that is sent or received: `<source description>/<address>`."""
    missing: str = ""
    """What the call needs and was not at hand when the plan was made: such a plan can be looked at, and not run."""


class PlannedStep(Fixed):
    """A step that needs no other object to be understood."""

    step: Step
    """With the resolved parameters and actions: no `Reusable` is left, `on_success` and `on_failure` are lists."""
    call: PlannedCall = PlannedCall()
    compensation: PlannedCall | None = None
    probe: PlannedCall | None = None
    needs: tuple[str, ...] = ()
    """The values of the run that any of its expressions read, as expressions without pointers, such as `$inputs.order` and
    `$steps.reserve.outputs.id`; these go with the step's activity, and nothing else."""
    targets: dict[str, str] = Field(default={})
    """For the workflow ids that its actions name: keys of `Plan.workflows`."""
    line: int = 0


class PlannedWorkflow(Fixed):
    """One workflow of any of the documents."""

    document: str
    """Name of its document: short, for people and for workflow types."""
    workflow_id: str
    spec: Version = Version.V1_1
    """The feature set that its expressions are written in."""
    lenient: bool = False
    """Whether its document was loaded in compat."""
    self_uri: str | None = None
    """What `$self` is."""
    summary: str | None = None
    inputs: JsonValue = None
    """JSON Schema with no reference out of itself, or None."""
    depends_on: tuple[str, ...] = ()
    """Keys of `Plan.workflows`."""
    steps: tuple[PlannedStep, ...]
    outputs: dict[str, Value] = Field(default={})
    own: WorkflowExtensions = WorkflowExtensions()


class Plan(Fixed):
    """All workflows that the root can reach. Keys are `<document>/<workflowId>`, as in workflow types."""

    format: int = FORMAT
    root: str
    title: str
    version: str
    """Of the root's document."""
    workflows: dict[str, PlannedWorkflow]
    sources: dict[str, dict[str, dict[str, str]]] = Field(default={})
    """By document and source description: its fields that expressions may read (F12)."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not at hand when it was made, each once; a plan that lacks anything cannot be run."""
        found: dict[str, None] = {}
        for workflow in self.workflows.values():
            for step in workflow.steps:
                calls = (call for call in (step.call, step.compensation, step.probe) if call is not None)
                found |= dict.fromkeys(call.missing for call in calls if call.missing)
                found |= dict.fromkeys(name for name in step.targets.values() if name not in self.workflows)
            found |= dict.fromkeys(name for name in workflow.depends_on if name not in self.workflows)
        return tuple(found)

    def before(self, name: str) -> list[list[str]]:
        """The workflows that have to be completed before one, and before those: none depends on another of its layer."""
        found: dict[str, None] = {}
        waiting = [*reversed(self.workflows[name].depends_on)]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = None
                waiting += reversed(self.workflows[one].depends_on)
        layers: list[list[str]] = []
        while found:
            layer = [
                one for one in found if not any(other in found for other in self.workflows[one].depends_on)
            ]
            if not layer:
                raise ValueError(f"{', '.join(found)} depend on each other")
            layers.append(layer)
            found = {one: None for one in found if one not in layer}
        return layers

    def part(self, root: str) -> Plan:
        """What a workflow needs of it: itself, and all that it can reach."""
        waiting, reached = [root], dict[str, PlannedWorkflow]()
        while waiting:
            name = waiting.pop()
            if name in reached or name not in self.workflows:
                continue
            workflow = reached[name] = self.workflows[name]
            waiting += workflow.depends_on
            for step in workflow.steps:
                calls = (step.call, step.compensation, step.probe)
                waiting += [call.workflow for call in calls if call and call.workflow]
                waiting += step.targets.values()
        return self.model_copy(update={"root": root, "workflows": reached})

    @cached_property
    def sha256(self) -> str:
        """Of its JSON: two plans that do the same have the same, on whatever lines they were written."""
        written = self.model_dump(mode="json")
        for workflow in written["workflows"].values():
            for step in workflow["steps"]:
                step.pop("line", None)
        return hashlib.sha256(json.dumps(written, separators=(",", ":")).encode()).hexdigest()
