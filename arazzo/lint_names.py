"""Rules of names: each is there once, and whatever is named is there."""

import re

from arazzo.extensions import Call
from arazzo.lint_components import actions, called_workflow, known_step, named_workflow, outputs, parameters
from arazzo.linting import LintedStep, LintedWorkflow, Linting
from arazzo.reading import Path
from arazzo.references import WORKFLOWS, Miss, find_workflow
from arazzo.targets import Target, find_by_id, find_by_path
from arazzo.tree import Node

STEP_ID = re.compile(r"[A-Za-z0-9_-]+")
RESERVED = ("x-arazzo", "x-oai-", "x-oas-")


def names(linting: Linting) -> None:
    """All rules of names."""
    arazzo = linting.document.arazzo
    _once(
        linting,
        "source",
        [(s.name, ("sourceDescriptions", i, "name")) for i, s in enumerate(arazzo.source_descriptions)],
    )
    _once(linting, "workflow", [(w.workflow.workflow_id, (*w.path, "workflowId")) for w in linting.workflows])
    _sources(linting)
    _reserved(linting)
    for workflow in linting.workflows:
        _workflow(linting, workflow)


def _once(linting: Linting, kind: str, given: list[tuple[str, Path]]) -> None:
    seen: set[str] = set()
    for name, path in given:
        if name in seen:
            linting.error(
                f"duplicate-{kind}", path, f"{name} is there twice", "a name of its own", _UNIQUE[kind]
            )
        seen.add(name)


_UNIQUE = {
    "source": "Source Description Object, name",
    "workflow": "Workflow Object, workflowId",
    "step": "Step Object, stepId",
}


def _sources(linting: Linting) -> None:
    for index, source in enumerate(linting.document.arazzo.source_descriptions):
        path, found = ("sourceDescriptions", index), linting.documents.follow(linting.document, source)
        if found.target is None:
            linting.warn(
                "source-not-at-hand", path, f"{found.uri} is not at hand", "the file that it names", "D22"
            )
        if found.departure:
            linting.depart("identity", path, found.departure, "its identity", "Identity-Based Referencing")
        if source.type is not None and found.type is not source.type:
            said = f"{source.name} is {found.type}, and type says {source.type}"
            linting.warn("source-type", path, said, f"type: {found.type}", "Source Description Object, type")


def _reserved(linting: Linting) -> None:
    """The prefixes that the OpenAPI Initiative keeps for itself (A9)."""
    waiting: list[tuple[Path, Node]] = [((), linting.document.source.root)]
    while waiting:
        path, node = waiting.pop()
        for name, child in node.children.items():
            here = (*path, name)
            if isinstance(name, str) and name.startswith(RESERVED):
                linting.note(
                    "reserved-prefix",
                    here,
                    f"{name} is reserved",
                    "another prefix",
                    "Specification Extensions",
                )
            if not (isinstance(name, str) and name.startswith("x-")):
                waiting.append((here, child))


def _workflow(linting: Linting, one: LintedWorkflow) -> None:
    _once(linting, "step", [(step.name, (*step.path, "stepId")) for step in one.steps])
    outputs(linting, one.workflow.outputs, (*one.path, "outputs"))
    for index, name in enumerate(one.workflow.depends_on):
        named_workflow(linting, name, (*one.path, "dependsOn", index), "Workflow Object, dependsOn")
    parameters(linting, one.workflow.parameters, (*one.path, "parameters"))
    actions(linting, one, one.workflow.success_actions, "successActions", (*one.path, "successActions"))
    actions(linting, one, one.workflow.failure_actions, "failureActions", (*one.path, "failureActions"))
    for step in one.steps:
        _step(linting, one, step)


def _step(linting: Linting, one: LintedWorkflow, linted: LintedStep) -> None:
    step, path = linted.step, linted.path
    if not STEP_ID.fullmatch(step.step_id):
        linting.depart(
            "step-id",
            (*path, "stepId"),
            f"no expression can name {step.step_id}",
            STEP_ID.pattern,
            _UNIQUE["step"],
        )
    outputs(linting, step.outputs, (*path, "outputs"))
    if step.workflow_id is not None and step.own.activity is None:
        named_workflow(linting, step.workflow_id, (*path, "workflowId"), "Step Object, workflowId")
    _target(linting, linted.target, path, "Step Object, operationId")
    for name, call in (("x-compensate", step.own.compensate), ("x-probe", step.own.probe)):
        if call is not None:
            _call(linting, call, (*path, name))
    parameters(linting, step.parameters, (*path, "parameters"), linted)
    actions(linting, one, step.on_success or (), "successActions", (*path, "onSuccess"))
    actions(linting, one, step.on_failure or (), "failureActions", (*path, "onFailure"))
    actions(linting, one, step.own.on_timeout or (), "failureActions", (*path, "x-onTimeout"))
    actions(linting, one, step.own.on_cancel or (), "failureActions", (*path, "x-onCancel"))
    for index, name in enumerate(step.depends_on):
        _dependency(linting, one, name, (*path, "dependsOn", index))


def _target(linting: Linting, target: Target | Miss | None, path: Path, clause: str) -> None:
    if isinstance(target, Miss):
        linting.miss(path, target, clause)
    elif target is not None and target.departure:
        linting.depart("operation-reference", path, target.departure, "", clause)


def _call(linting: Linting, call: Call, path: Path) -> None:
    documents, document = linting.documents, linting.document
    if call.operation_id is not None:
        found = find_by_id(documents, document, call.operation_id, call.source_description)
        _target(linting, found, path, "x-compensate, operationId")
    elif call.operation_path is not None:
        _target(
            linting,
            find_by_path(documents, document, call.operation_path),
            path,
            "x-compensate, operationPath",
        )
    elif call.workflow_id is not None:
        named_workflow(linting, called_workflow(call), path, "x-compensate, workflowId")


def _dependency(linting: Linting, one: LintedWorkflow, name: str, path: Path) -> None:
    clause = "Step Object, dependsOn"
    if not name.startswith("$"):
        known_step(linting, one, name, path, clause)
        return
    workflow, _, step = name.removeprefix(WORKFLOWS).partition(".steps.")
    found = find_workflow(linting.documents, linting.document, workflow)
    if isinstance(found, Miss):
        linting.miss(path, found, clause)
    elif step not in {other.step_id for other in found.workflow.steps}:
        linting.error(
            "unknown-step", path, f"there is no step {step} in {found.workflow.workflow_id}", "", clause
        )
