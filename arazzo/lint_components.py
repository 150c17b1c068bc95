"""Rules of what workflows and steps have alike: actions, parameters, outputs, and the names that they go by."""

import re
from collections.abc import Iterable, Iterator

from arazzo.elements import FailureAction, Parameter, Reusable, SuccessAction
from arazzo.extensions import Call
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.merging import find_component, identity_of
from arazzo.problems import one_of
from arazzo.reading import Path
from arazzo.references import Miss, find_workflow

OUTPUT_KEY = re.compile(r"[a-zA-Z0-9._-]+")
Actions = Iterable[SuccessAction | FailureAction | Reusable]


def actions(linting: Linting, one: LintedWorkflow, actions: Actions, kind: str, path: Path) -> None:
    seen: set[str] = set()
    for index, (given, action) in enumerate(_found(linting, actions, kind, path)):
        here = (*path, index)
        if action is None:
            continue
        if action.name in seen:
            said = f"the action {action.name} is there twice"
            linting.depart("duplicate-action", here, said, "a name of its own", "Step Object, onFailure")
        seen.add(action.name)
        if action.step_id is not None and action.workflow_id is not None:
            linting.error(
                "two-targets", here, "it names a step and a workflow", "one of them", "Failure Action Object"
            )
        if action.step_id is not None:
            known_step(linting, one, action.step_id, here, "Failure Action Object, stepId")
        if action.workflow_id is not None:
            named_workflow(linting, action.workflow_id, here, "Failure Action Object, workflowId")
        if given is action:
            _idle_fields(linting, action, here)
            parameters(linting, action.parameters, (*here, "parameters"))


def _found(
    linting: Linting, actions: Actions, kind: str, path: Path
) -> Iterator[tuple[SuccessAction | FailureAction | Reusable, SuccessAction | FailureAction | None]]:
    for index, action in enumerate(actions):
        if not isinstance(action, Reusable):
            yield action, action
            continue
        found = find_component(linting.document, action, kind)
        if isinstance(found, Miss):
            linting.miss((*path, index), found, "Reusable Object, reference")
        if action.overrides:
            linting.warn(
                "ignored-field",
                (*path, index, "value"),
                "value is for parameters",
                "",
                "Reusable Object, value",
            )
        yield action, found if isinstance(found, SuccessAction | FailureAction) else None


def _idle_fields(linting: Linting, action: SuccessAction | FailureAction, path: Path) -> None:
    """Fields that say nothing for this type of action."""
    idle = ["retryAfter", "retryLimit"] if action.type != "retry" else []
    idle += ["stepId", "workflowId"] if action.type == "end" else []
    value = linting.document.source.root
    for part in path:
        value = value.children[part]
    for name in idle:
        if name in value.children:
            said = f"{name} says nothing where type is {action.type}"
            linting.note("idle-field", (*path, name), said, f"no {name}", f"Failure Action Object, {name}")


def parameters(
    linting: Linting, given: Iterable[Parameter | Reusable], path: Path, step: LintedStep | None = None
) -> None:
    to_inputs = step is not None and step.step.workflow_id is not None
    seen: set[object] = set()
    for index, parameter in enumerate(given):
        found = (
            find_component(linting.document, parameter, "parameters")
            if isinstance(parameter, Reusable)
            else parameter
        )
        if isinstance(found, Miss):
            linting.miss((*path, index), found, "Reusable Object, reference")
        if not isinstance(found, Parameter):
            continue
        if (identity := identity_of(found, to_inputs=to_inputs)) in seen:
            said = f"parameter {found.name} is there twice"
            linting.error("duplicate-parameter", (*path, index), said, "each once", "Step Object, parameters")
        seen.add(identity)
        if (
            found.location is None
            and isinstance(parameter, Reusable)
            and step is not None
            and step.calls_operation
        ):
            said = f"parameter {found.name} says not where it goes"
            linting.depart("missing-in", (*path, index), said, "in", "Parameter Object, in")


def outputs(linting: Linting, outputs: Iterable[str], path: Path) -> None:
    for name in outputs:
        if not OUTPUT_KEY.fullmatch(name):
            said = f"no expression can name the output {name!r}"
            linting.depart(
                "output-key", (*path, name), said, f"^{OUTPUT_KEY.pattern}$", "Step Object, outputs"
            )


def known_step(linting: Linting, one: LintedWorkflow, name: str, path: Path, clause: str) -> None:
    if name not in one.routes.places:
        linting.error("unknown-step", path, f"there is no step {name}", one_of(one.routes.places), clause)


def named_workflow(linting: Linting, name: str, path: Path, clause: str) -> None:
    found = find_workflow(linting.documents, linting.document, name)
    if isinstance(found, Miss):
        linting.miss(path, found, clause)


def called_workflow(call: Call) -> str:
    """The name of the workflow, with its source where that is given apart."""
    name = call.workflow_id or ""
    return (
        name if call.source_description is None else f"$sourceDescriptions.{call.source_description}.{name}"
    )
