"""Compiles documents into a plan: every reference followed, every component in its place."""

import re
from collections.abc import Iterable, Iterator

from arazzo.contracts import contract_of
from arazzo.elements import FailureAction, Location, Parameter, SuccessAction
from arazzo.extensions import Call, Contracts
from arazzo.identity import DocumentSet, base_uri
from arazzo.inputs import InputSchemas
from arazzo.lint import lint
from arazzo.lint_components import called_workflow
from arazzo.loading import Document
from arazzo.merging import merged
from arazzo.model import Step
from arazzo.naming import names_of
from arazzo.needs import needs_of
from arazzo.openapi.operation import Operation
from arazzo.plan import Plan, PlannedCall, PlannedStep, PlannedWorkflow
from arazzo.plan_contracts import bounded, without_contracts
from arazzo.problems import Problem, Problems, Severity, one_of
from arazzo.reading import Mode
from arazzo.references import Miss, WorkflowAt, find_workflow
from arazzo.sending import sending
from arazzo.targets import ChannelAt, OperationAt, Target, find_by_id, find_by_path, find_target

TEMPLATED = re.compile(r"(https?://[^/?#{}]+)(/[^?#]*\{[^?#]*)")
"""A URL whose path has parameters in it."""


def compile_plan(documents: DocumentSet, root: Document, workflow: str | None = None) -> Plan:
    """The plan of a workflow of a document, the only one if none is named; raises Problems.

    A source that is not at hand makes a plan that says what is missing, and cannot be run.
    """
    compiling = _Compiling(documents, root)
    plan = compiling.plan(_root(root, workflow))
    _refuse(documents, compiling.documents_of([plan]))
    return plan


def compile_plans(documents: DocumentSet, root: Document) -> dict[str, Plan]:
    """The plan of each workflow of a document, by its id; raises Problems."""
    compiling = _Compiling(documents, root)
    plans = {
        workflow.workflow_id: compiling.plan(WorkflowAt(root, workflow, place))
        for place, workflow in enumerate(root.arazzo.workflows)
    }
    _refuse(documents, compiling.documents_of(plans.values()))
    return plans


def _refuse(documents: DocumentSet, reached: Iterable[Document]) -> None:
    """Nothing is made of documents that cannot do what they say."""
    wrong = [found for found in lint(documents, reached) if found.severity is Severity.ERROR]
    if wrong:
        raise Problems(wrong)


def _root(document: Document, workflow: str | None) -> WorkflowAt:
    given = document.arazzo.workflows
    if workflow is None and len(given) == 1:
        return WorkflowAt(document, given[0], 0)
    if workflow is not None and workflow in document.places:
        place = document.places[workflow]
        return WorkflowAt(document, given[place], place)
    said = (
        f"there are {len(given)} workflows, and none is named"
        if workflow is None
        else f"there is no workflow {workflow}"
    )
    expected, path = one_of(document.places), "/workflows"
    wrong = Problem(
        rule="which-workflow", message=said, expected=expected, file=document.uri, line=1, path=path
    )
    raise Problems([wrong])


class _Compiling:
    """Plans in the making: what was planned is planned once, however many plans it is part of."""

    def __init__(self, documents: DocumentSet, root: Document) -> None:
        self.documents, self.root = documents, root
        self.names = names_of(documents)
        self.schemas = InputSchemas(documents)
        self.planned: dict[str, PlannedWorkflow] = {}
        self.leads: dict[str, dict[str, WorkflowAt]] = {}
        """From each planned workflow to those that it names, by their keys."""
        self.leading: dict[str, WorkflowAt] = {}
        """From the one that is being planned."""

    def plan(self, root: WorkflowAt) -> Plan:
        waiting = {self.name(root): root}
        workflows: dict[str, PlannedWorkflow] = {}
        while waiting:
            name, one = waiting.popitem()
            if name not in self.planned:
                self.leading = {}
                self.planned[name], self.leads[name] = self.workflow(one), self.leading
            workflows[name] = self.planned[name]
            waiting |= {key: found for key, found in self.leads[name].items() if key not in workflows}
        plan = Plan(
            root=self.name(root),
            title=self.root.arazzo.info.title,
            version=self.root.arazzo.info.version,
            workflows=bounded(dict(sorted(workflows.items()))),
        )
        sources = {self.names[one.uri]: _sources(one) for one in self.documents_of([plan])}
        return plan.model_copy(update={"sources": sources})

    def documents_of(self, plans: Iterable[Plan]) -> list[Document]:
        """Those that plans are made of."""
        names = {one.document for plan in plans for one in plan.workflows.values()}
        return [one for one in self.documents.documents if self.names[one.uri] in names]

    def key(self, found: WorkflowAt) -> str:
        """Of the plan; what has one is planned too."""
        name = self.name(found)
        self.leading[name] = found
        return name

    def name(self, found: WorkflowAt) -> str:
        return f"{self.names[found.document.uri]}/{found.workflow.workflow_id}"

    def workflow(self, found: WorkflowAt) -> PlannedWorkflow:
        document, workflow = found.document, found.workflow
        planned = PlannedWorkflow(
            document=self.names[document.uri],
            workflow_id=workflow.workflow_id,
            spec=document.arazzo.version,
            lenient=document.mode is Mode.COMPAT,
            self_uri=None if document.arazzo.self_uri is None else base_uri(document),
            summary=workflow.summary or workflow.description,
            inputs=self.schemas.bundled(document, workflow.inputs),
            depends_on=tuple(self.to(document, one) for one in workflow.depends_on),
            steps=tuple(self.step(found, step, place) for place, step in enumerate(workflow.steps)),
            outputs=workflow.outputs,
            own=workflow.own,
        )
        return planned if workflow.own.contracts is Contracts.HELD else without_contracts(planned)

    def step(self, found: WorkflowAt, given: Step, place: int) -> PlannedStep:
        document = found.document
        step = merged(document, found.workflow, given)
        call = self.call(document, step)
        step = step.model_copy(
            update={
                "parameters": tuple(
                    _placed(one, call.operation) for one in step.parameters if isinstance(one, Parameter)
                )
            }
        )
        return PlannedStep(
            step=step,
            call=call,
            compensation=self.beside(document, step.own.compensate),
            probe=self.beside(document, step.own.probe),
            needs=needs_of(document, step),
            targets={name: self.to(document, name) for name in sorted(set(_targets(step)))},
            line=document.source.line(("workflows", found.index, "steps", place)),
        )

    def call(self, document: Document, step: Step) -> PlannedCall:
        """What the step calls; an activity stands in place of whatever other tools call."""
        own = step.own
        if own.activity is not None:
            return PlannedCall(activity=own.activity)
        if own.interaction is not None or own.judge is not None:
            return PlannedCall()
        if step.workflow_id is not None:
            return self.run(document, step.workflow_id)
        if step.inline is not None:
            return PlannedCall(operation=_inline(step))
        target = find_target(self.documents, document, step)
        if isinstance(target, ChannelAt) and step.action == "send":
            return PlannedCall(operation=sending(self.documents, document, target), channel=_address(target))
        return _planned(target)

    def beside(self, document: Document, call: Call | None) -> PlannedCall | None:
        """What takes the step back, or asks about it."""
        if call is None:
            return None
        if call.activity is not None:
            return PlannedCall(activity=call.activity)
        if call.workflow_id is not None:
            return self.run(document, called_workflow(call))
        if call.operation_path is not None:
            return _planned(find_by_path(self.documents, document, call.operation_path))
        return _planned(
            find_by_id(self.documents, document, call.operation_id or "", call.source_description)
        )

    def run(self, document: Document, name: str) -> PlannedCall:
        """Of a workflow, if it is at hand."""
        found = find_workflow(self.documents, document, name)
        return (
            PlannedCall(missing=found.message)
            if isinstance(found, Miss)
            else PlannedCall(workflow=self.key(found))
        )

    def to(self, document: Document, name: str) -> str:
        """Key of the workflow that a document calls by this name; what is not at hand keeps its name."""
        found = find_workflow(self.documents, document, name)
        return name if isinstance(found, Miss) else self.key(found)


def _planned(target: Target | Miss) -> PlannedCall:
    match target:
        case OperationAt(operation=operation):
            return PlannedCall(operation=operation.for_plan(contract_of(operation)))
        case ChannelAt():
            return PlannedCall(channel=_address(target))
        case Miss(message=message):
            return PlannedCall(missing=message)


def _address(target: ChannelAt) -> str:
    return f"{target.source}/{target.channel.address}"


def _inline(step: Step) -> Operation | None:
    """Other tools' `x-operation` has all that a request needs (D21)."""
    if step.inline is None:
        return None
    templated = TEMPLATED.fullmatch(step.inline.url)
    server, path = templated.groups() if templated else (step.inline.url, "")
    return Operation(source="", method=step.inline.method.upper(), path=path, servers=(server,))


def _placed(parameter: Parameter, operation: Operation | None) -> Parameter:
    """One without a place goes where the operation declares it, else into the query (D21; strict has none)."""
    if parameter.location is Location.CHANNEL and operation is not None:
        return parameter.model_copy(update={"location": Location.PATH})  # of the channel's address
    if parameter.location is not None or operation is None:
        return parameter
    declared = (one.location for one in operation.parameters if one.name == parameter.name)
    return parameter.model_copy(update={"location": Location(next(declared, "query"))})


def _targets(step: Step) -> Iterator[str]:
    """The workflows that its actions name."""
    own = step.own
    for actions in (step.on_success, step.on_failure, own.on_timeout, own.on_cancel):
        for action in actions or ():
            if isinstance(action, SuccessAction | FailureAction) and action.workflow_id is not None:
                yield action.workflow_id


def _sources(document: Document) -> dict[str, dict[str, str]]:
    return {
        source.name: {"name": source.name, "url": source.url}
        | ({} if source.type is None else {"type": source.type})
        for source in document.arazzo.source_descriptions
    }
