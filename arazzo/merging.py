"""A step with all that holds for it: components in their place, and what its workflow says for all (B4, C6, C8, D14)."""

from collections.abc import Mapping
from typing import TypeVar

from arazzo.elements import FailureAction, Location, Parameter, Reusable, SuccessAction
from arazzo.loading import Document
from arazzo.model import Step, Workflow
from arazzo.problems import one_of
from arazzo.references import Miss

COMPONENTS = "$components."
Component = TypeVar("Component", Parameter, SuccessAction, FailureAction)


def find_component(
    document: Document, reusable: Reusable, kind: str
) -> Parameter | SuccessAction | FailureAction | Miss:
    """What a Reusable Object refers to, in the document's own components (A10); `kind` is what may stand there."""
    section, _, name = reusable.reference.removeprefix(COMPONENTS).partition(".")
    expected = f"{COMPONENTS}{kind}.NAME"
    if not reusable.reference.startswith(COMPONENTS) or section != kind or not name:
        return Miss("component-reference", f"{reusable.reference} is no reference to {kind}", expected)
    components = document.arazzo.components
    sections: dict[str, Mapping[str, Parameter | SuccessAction | FailureAction]] = {
        "parameters": components.parameters,
        "successActions": components.success_actions,
        "failureActions": components.failure_actions,
    }
    known = sections[kind]
    if name not in known:
        return Miss(
            "unknown-component",
            f"there is no {reusable.reference}",
            one_of(known),
        )
    found = known[name]
    if isinstance(found, Parameter) and reusable.overrides:
        return found.model_copy(update={"value": reusable.value})
    return found


def resolved(
    document: Document, given: tuple[Component | Reusable, ...], kind: str, of: type[Component]
) -> tuple[Component, ...]:
    """Each itself, or the component that it refers to; what refers to nothing is left out."""
    found = (find_component(document, one, kind) if isinstance(one, Reusable) else one for one in given)
    return tuple(one for one in found if isinstance(one, of))


def parameters_of(document: Document, workflow: Workflow, step: Step) -> tuple[Parameter, ...]:
    """The workflow's that the step does not override, then the step's own; for a workflow they have no place (C5)."""
    own = resolved(document, step.parameters, "parameters", Parameter)
    general = resolved(document, workflow.parameters, "parameters", Parameter)
    to_inputs = step.workflow_id is not None
    overridden = {identity_of(one, to_inputs=to_inputs) for one in own}
    both = (*(one for one in general if identity_of(one, to_inputs=to_inputs) not in overridden), *own)
    return tuple(one.model_copy(update={"location": None}) for one in both) if to_inputs else both


def identity_of(parameter: Parameter, *, to_inputs: bool = False) -> tuple[str, Location | None]:
    """Name and place; names of headers know no case (C5)."""
    if to_inputs:
        return parameter.name, None
    folded = parameter.name.lower() if parameter.location is Location.HEADER else parameter.name
    return folded, parameter.location


def success_actions_of(document: Document, workflow: Workflow, step: Step) -> tuple[SuccessAction, ...]:
    """The step's list stands in place of the workflow's, also when it is empty (D14)."""
    given = workflow.success_actions if step.on_success is None else step.on_success
    actions = resolved(document, given, "successActions", SuccessAction)
    return tuple(
        action.model_copy(
            update={"parameters": resolved(document, action.parameters, "parameters", Parameter)}
        )
        for action in actions
    )


def failure_actions_of(document: Document, workflow: Workflow, step: Step) -> tuple[FailureAction, ...]:
    """The step's list stands in place of the workflow's, also when it is empty (D14)."""
    given = workflow.failure_actions if step.on_failure is None else step.on_failure
    actions = resolved(document, given, "failureActions", FailureAction)
    return tuple(
        action.model_copy(
            update={"parameters": resolved(document, action.parameters, "parameters", Parameter)}
        )
        for action in actions
    )


def merged(document: Document, workflow: Workflow, step: Step) -> Step:
    """The step that needs no other object to be understood."""
    return step.model_copy(
        update={
            "parameters": parameters_of(document, workflow, step),
            "on_success": success_actions_of(document, workflow, step),
            "on_failure": failure_actions_of(document, workflow, step),
        }
    )
