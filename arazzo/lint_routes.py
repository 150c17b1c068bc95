"""Rules of order: steps and actions that are never reached, and what waits for itself."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from arazzo.elements import FailureAction, Reusable, SuccessAction
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.loading import Document
from arazzo.model import Workflow
from arazzo.reading import Path
from arazzo.references import Miss, WorkflowAt, find_workflow
from arazzo.routes import unto_the_first_that_always_matches

Item = TypeVar("Item", bound=Hashable)
Actions = tuple[SuccessAction | FailureAction | Reusable, ...]


def routes(linting: Linting) -> None:
    """All rules of order."""
    for workflow in linting.workflows:
        _unreached(linting, workflow)
        _step_circles(linting, workflow)
        _workflow_circles(linting, workflow)
        for step in workflow.steps:
            _repeats_itself(linting, step)


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

    def needs(place: int) -> list[int]:
        return [places[name] for name in workflow.steps[place].step.depends_on if name in places]

    for step in workflow.steps:
        if step.place in _behind(needs, step.place):
            said = f"{step.name} waits for itself"
            linting.error(
                "circle", (*step.path, "dependsOn"), said, "steps that can be done", "Step Object, dependsOn"
            )


def _workflow_circles(linting: Linting, workflow: LintedWorkflow) -> None:
    start = WorkflowAt(linting.document, workflow.workflow, int(workflow.path[-1]))
    known: dict[tuple[str, str], WorkflowAt] = {_key(start): start}

    def found(document: Document, names: Iterable[str]) -> list[tuple[str, str]]:
        targets = (find_workflow(linting.documents, document, name) for name in names)
        there = [target for target in targets if not isinstance(target, Miss)]
        known.update({_key(target): target for target in there})
        return [_key(target) for target in there]

    def waits(key: tuple[str, str]) -> list[tuple[str, str]]:
        return found(known[key].document, known[key].workflow.depends_on)

    def runs(key: tuple[str, str]) -> list[tuple[str, str]]:
        return found(known[key].document, _called(known[key].workflow))

    name, key = workflow.workflow.workflow_id, _key(start)
    if key in _behind(waits, key):
        path, clause = (*workflow.path, "dependsOn"), "Workflow Object, dependsOn"
        linting.error("circle", path, f"{name} waits for itself", "workflows that can be completed", clause)
    if key in _behind(runs, key):
        said = f"{name} runs itself"
        linting.warn(
            "recursion", workflow.path, said, "a goto, which does not come back", "Step Object, workflowId"
        )


def _called(workflow: Workflow) -> list[str]:
    return [
        step.workflow_id
        for step in workflow.steps
        if step.workflow_id is not None and step.own.activity is None
    ]


def _key(found: WorkflowAt) -> tuple[str, str]:
    return found.document.uri, found.workflow.workflow_id


def _behind(needs: Callable[[Item], Iterable[Item]], start: Item) -> set[Item]:
    """All that it needs, directly or not; itself, if it is in a circle."""
    seen: set[Item] = set()
    waiting = list(needs(start))
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += needs(one)
    return seen
