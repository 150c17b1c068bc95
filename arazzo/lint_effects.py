"""Rules of effects: what is done can be taken back, is not done twice, and nothing fails when it is too late."""

from collections import deque

from pydantic import JsonValue

from arazzo.identity import DocumentSet
from arazzo.inputs import InputSchemas, wrong_with_schema
from arazzo.lint_expressions import reads_own_outputs
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.loading import Document
from arazzo.model import Step
from arazzo.openapi.operation import IDEMPOTENT, SAFE, Operation
from arazzo.reading import Path
from arazzo.references import Miss, find_workflow
from arazzo.targets import ChannelAt, OperationAt, find_target

CLAUSE = "Arazzo extensions"


def effects(linting: Linting) -> None:
    """All rules of effects, and of the extensions that deal with them."""
    for workflow in linting.workflows:
        for step in workflow.steps:
            _keys(linting, step)
            _compensations(linting, workflow, step)
            _extensions(linting, step)
        _points_of_no_return(linting, workflow)
    _schemas(linting)


def stays(documents: DocumentSet, document: Document, step: Step) -> bool:
    """Whether a step has an effect that nothing takes back, as far as the documents tell.

    A workflow that is run hands over the compensations of its steps.
    """
    seen: set[tuple[str, str]] = set()
    waiting = [(document, step)]
    while waiting:
        at, one = waiting.pop()
        if one.own.compensate is not None:
            continue
        if one.workflow_id is None or one.own.activity is not None:
            if _has_effect(documents, at, one):
                return True
            continue
        found = find_workflow(documents, at, one.workflow_id)
        if (
            not isinstance(found, Miss)
            and (key := (found.document.uri, found.workflow.workflow_id)) not in seen
        ):
            seen.add(key)
            waiting += [(found.document, inner) for inner in found.workflow.steps]
    return False


def _has_effect(documents: DocumentSet, document: Document, step: Step) -> bool:
    if step.own.activity is not None:
        return True
    if step.inline is not None:
        return step.inline.method.upper() not in SAFE
    match find_target(documents, document, step):
        case OperationAt(operation=operation):
            return operation.method not in SAFE
        case ChannelAt():
            return step.action == "send"
        case Miss():
            return False


def _keys(linting: Linting, step: LintedStep) -> None:
    """A call that is sent again has its effect again, unless something tells the service that it is the same (D1, D2)."""
    operation = step.target.operation if isinstance(step.target, OperationAt) else None
    if operation is None or step.step.own.activity is not None or _is_keyed(step, operation):
        return
    said = f"{operation.method} {operation.path} has no idempotency key; when its outcome is unknown it is not sent again"
    linting.warn("no-idempotency-key", step.path, said, "x-idempotency", "D2")


def _is_keyed(step: LintedStep, operation: Operation) -> bool:
    return (
        operation.method in IDEMPOTENT
        or operation.declares_key is not None
        or step.step.own.idempotency is not None
    )


def _compensations(linting: Linting, workflow: LintedWorkflow, step: LintedStep) -> None:
    if step.place not in workflow.routes.reached or step.step.own.point_of_no_return:
        return
    failing = _undoing_after(workflow, step)
    if failing is not None and stays(linting.documents, linting.document, step.step):
        said = f"when {failing.name} fails, nothing takes {step.name} back"
        linting.warn("no-compensation", step.path, said, "x-compensate", CLAUSE)


def _undoing_after(workflow: LintedWorkflow, step: LintedStep) -> LintedStep | None:
    """A later step whose failure would have this one taken back: none beyond a point of no return."""
    routes, seen = workflow.routes, set[int]()
    waiting = deque(sorted(routes.follow[step.place]))
    while waiting:
        place = waiting.popleft()
        if place in seen:
            continue
        seen.add(place)
        if place != step.place and routes.may_fail(place):
            return workflow.steps[place]
        if not workflow.steps[place].step.own.point_of_no_return:
            waiting.extend(sorted(routes.follow[place]))
    return None


def _points_of_no_return(linting: Linting, workflow: LintedWorkflow) -> None:
    beyond: dict[int, LintedStep] = {}
    for step in workflow.reached():
        if step.step.own.point_of_no_return:
            for place in workflow.routes.after(step.place):
                if place != step.place:
                    beyond.setdefault(place, step)
    for place, step in sorted(beyond.items(), key=lambda one: one[0]):
        if workflow.routes.may_fail(place):
            late = workflow.steps[place]
            said = f"{late.name} may fail beyond the point of no return, {step.name}"
            linting.warn("failure-beyond-return", late.path, said, "x-on-failure: hold", CLAUSE)


def _extensions(linting: Linting, step: LintedStep) -> None:
    own = step.step.own
    if own.compensate is not None and own.probe is None and reads_own_outputs(linting, step, "x-compensate"):
        said = f"it needs what {step.name} answers, which is not known when the outcome is not"
        linting.error(
            "compensation-without-outputs",
            (*step.path, "x-compensate"),
            said,
            "x-probe, or inputs only",
            CLAUSE,
        )
    if own.probe is not None and reads_own_outputs(linting, step, "x-probe"):
        said = f"it needs what {step.name} answers, and is asked when that is not known"
        linting.error("probe-without-outputs", (*step.path, "x-probe"), said, "inputs only", CLAUSE)
    for name, schema in (
        ("x-interaction", own.interaction.input_schema if own.interaction else None),
        ("x-judge", own.judge.output_schema if own.judge else None),
    ):
        if schema is not None and (wrong := wrong_with_schema(schema)) is not None:
            linting.error("schema", (*step.path, name), wrong, "a JSON Schema 2020-12", CLAUSE)
    asks = own.interaction is not None or own.judge is not None
    if not asks and (own.on_cancel is not None):
        linting.warn("idle-field", (*step.path, "x-onCancel"), "nobody is asked", "x-interaction", CLAUSE)


def _schemas(linting: Linting) -> None:
    """What workflows take, and what they refer to for it (B2)."""
    clause = "Workflow Object, inputs"
    arazzo, schemas = linting.document.arazzo, InputSchemas(linting.documents)
    given: list[tuple[Path, JsonValue]] = [
        (("components", "inputs", n), one) for n, one in arazzo.components.inputs.items()
    ]
    given += [
        ((*one.path, "inputs"), one.workflow.inputs)
        for one in linting.workflows
        if one.workflow.inputs is not None
    ]
    for path, schema in given:
        if (wrong := wrong_with_schema(schema)) is not None:
            linting.error("schema", path, wrong, "a JSON Schema 2020-12", clause)
        for reference in schemas.leading_nowhere(linting.document, schema):
            linting.error(
                "schema-reference", path, f"{reference} leads nowhere", "a schema that is there", clause
            )
