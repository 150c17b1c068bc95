"""Rules of order: steps and actions that are never reached, and what waits for itself."""

from collections.abc import Callable, Iterable

from arazzo.elements import FailureAction, Reusable, SuccessAction
from arazzo.graphs import in_circles
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.model import Workflow
from arazzo.reading import Path
from arazzo.references import Miss, WorkflowAt, find_workflow
from arazzo.routes import unto_the_first_that_always_matches

Actions = tuple[SuccessAction | FailureAction | Reusable, ...]


def routes(linting: Linting) -> None:
    """All rules of order."""
    for workflow in linting.workflows:
        _unreached(linting, workflow)
        _step_circles(linting, workflow)
        for step in workflow.steps:
            _repeats_itself(linting, step)
    _workflow_circles(linting)


def _unreached(linting: Linting, workflow: LintedWorkflow) -> None:
    for step in workflow.steps:
        if step.place not in workflow.routes.reached:
            said = f"no step leads to {step.name}"
            linting.warn(
                "unreachable-step",
                step.path,
                said,
                "an action that goes there, or no such step",
                "Step Object",
            )
        for name, given, merged in (
            ("onSuccess", step.step.on_success, step.merged.on_success),
            ("onFailure", step.step.on_failure, step.merged.on_failure),
        ):
            if given is not None:
                _unreached_actions(linting, merged or (), (*step.path, name))
    whole = workflow.workflow
    _unreached_actions(linting, whole.success_actions, (*workflow.path, "successActions"))
    _unreached_actions(linting, whole.failure_actions, (*workflow.path, "failureActions"))


def _unreached_actions(
    linting: Linting, actions: Iterable[SuccessAction | FailureAction | Reusable], path: Path
) -> None:
    known = tuple(action for action in actions if isinstance(action, SuccessAction | FailureAction))
    successes = tuple(action for action in known if isinstance(action, SuccessAction))
    failures = tuple(action for action in known if isinstance(action, FailureAction))
    executed = len(unto_the_first_that_always_matches(successes)) + len(
        unto_the_first_that_always_matches(failures)
    )
    for index, action in enumerate(known[executed:], start=executed):
        said = f"{action.name} is never executed: {known[executed - 1].name} always matches"
        linting.warn(
            "unreachable-action",
            (*path, index),
            said,
            "the one without criteria last",
            "Step Object, onFailure",
        )


def _repeats_itself(linting: Linting, step: LintedStep) -> None:
    for index, action in enumerate(step.step.on_failure or ()):
        if isinstance(action, FailureAction) and action.type == "retry" and action.step_id == step.name:
            said = f"each retry calls {step.name} twice"
            linting.warn("retry-of-itself", (*step.path, "onFailure", index), said, "no stepId", "D20")


def _step_circles(linting: Linting, workflow: LintedWorkflow) -> None:
    places = workflow.routes.places
    needs = [[places[name] for name in step.step.depends_on if name in places] for step in workflow.steps]
    for place in sorted(in_circles(needs)):
        step = workflow.steps[place]
        said = f"{step.name} waits for itself"
        linting.error(
            "circle", (*step.path, "dependsOn"), said, "steps that can be done", "Step Object, dependsOn"
        )


def _workflow_circles(linting: Linting) -> None:
    """Of all that the document's workflows wait for, and of all that they run, in other documents too."""
    own = [WorkflowAt(linting.document, one.workflow, place) for place, one in enumerate(linting.workflows)]
    for place in _circles(linting, own, lambda workflow: workflow.depends_on):
        path, clause = ("workflows", place, "dependsOn"), "Workflow Object, dependsOn"
        said = f"{own[place].workflow.workflow_id} waits for itself"
        linting.error("circle", path, said, "workflows that can be completed", clause)
    for place in _circles(linting, own, _called):
        said = f"{own[place].workflow.workflow_id} runs itself"
        expected = "a goto, which does not come back"
        linting.warn("recursion", ("workflows", place), said, expected, "Step Object, workflowId")


def _circles(
    linting: Linting, own: list[WorkflowAt], names: Callable[[Workflow], Iterable[str]]
) -> list[int]:
    nodes = list(own)
    places = {_key(one): place for place, one in reversed(list(enumerate(nodes)))}
    graph: list[list[int]] = []
    while len(graph) < len(nodes):
        one = nodes[len(graph)]
        targets = (find_workflow(linting.documents, one.document, name) for name in names(one.workflow))
        after: list[int] = []
        for target in targets:
            if isinstance(target, Miss):
                continue
            if _key(target) not in places:
                places[_key(target)] = len(nodes)
                nodes.append(target)
            after.append(places[_key(target)])
        graph.append(after)
    return sorted(place for place in in_circles(graph) if place < len(own))


def _called(workflow: Workflow) -> list[str]:
    return [
        step.workflow_id
        for step in workflow.steps
        if step.workflow_id is not None and step.own.activity is None
    ]


def _key(found: WorkflowAt) -> tuple[str, str]:
    return found.document.uri, found.workflow.workflow_id
