"""Compiles documents into a plan: every reference followed, every component in its place."""

from collections.abc import Iterable, Iterator

from arazzo.elements import FailureAction, Location, Parameter, SuccessAction
from arazzo.extensions import Call
from arazzo.identity import DocumentSet, base_uri
from arazzo.inputs import bundled
from arazzo.lint import lint
from arazzo.lint_components import called_workflow
from arazzo.loading import Document
from arazzo.merging import merged
from arazzo.model import Step
from arazzo.naming import names_of
from arazzo.needs import needs_of
from arazzo.openapi.operation import Operation
from arazzo.plan import Plan, PlannedCall, PlannedStep, PlannedWorkflow
from arazzo.problems import Problem, Problems, Severity
from arazzo.reading import Mode
from arazzo.references import Miss, WorkflowAt, find_workflow
from arazzo.targets import ChannelAt, OperationAt, Target, find_by_id, find_by_path, find_target


def compile_plan(documents: DocumentSet, root: Document, workflow: str | None = None) -> Plan:
    """The plan of a workflow of a document, the only one if none is named; raises Problems.

    A source that is not at hand makes a plan that says what is missing, and cannot be run.
    """
    compiling = _Compiling(documents, root)
    plan = compiling.plan(_root(documents, root, workflow))
    _refuse(documents, compiling.reached())
    return plan


def compile_plans(documents: DocumentSet, root: Document) -> dict[str, Plan]:
    """The plan of each workflow of a document, by its id; raises Problems."""
    plans: dict[str, Plan] = {}
    reached: dict[str, Document] = {root.uri: root}
    for index, workflow in enumerate(root.arazzo.workflows):
        compiling = _Compiling(documents, root)
        plans[workflow.workflow_id] = compiling.plan(WorkflowAt(root, workflow, index))
        reached |= {document.uri: document for document in compiling.reached()}
    _refuse(documents, reached.values())
    return plans


def _refuse(documents: DocumentSet, reached: Iterable[Document]) -> None:
    """Nothing is made of documents that cannot do what they say."""
    wrong = [found for found in lint(documents, reached) if found.severity is Severity.ERROR]
    if wrong:
        raise Problems(wrong)


def _root(documents: DocumentSet, document: Document, workflow: str | None) -> WorkflowAt:
    given = document.arazzo.workflows
    if workflow is None and len(given) == 1:
        return WorkflowAt(document, given[0], 0)
    known = ", ".join(one.workflow_id for one in given)
    found = (
        Miss("which-workflow", f"there are {len(given)} workflows", f"one of {known}")
        if workflow is None
        else find_workflow(documents, document, workflow)
    )
    if isinstance(found, WorkflowAt) and found.document is document:
        return found
    miss = (
        found
        if isinstance(found, Miss)
        else Miss("unknown-workflow", f"{workflow} is of another document", known)
    )
    raise Problems(
        [
            Problem(
                rule=miss.rule,
                message=miss.message,
                expected=miss.expected,
                file=document.uri,
                line=1,
                path="/workflows",
            )
        ]
    )


class _Compiling:
    """One plan in the making: what was reached, and what still has to be looked at."""

    def __init__(self, documents: DocumentSet, root: Document) -> None:
        self.documents, self.root = documents, root
        self.names = names_of(documents)
        self.waiting: list[WorkflowAt] = []
        self.planned: dict[str, PlannedWorkflow] = {}

    def plan(self, root: WorkflowAt) -> Plan:
        key = self.key(root)
        while self.waiting:
            one = self.waiting.pop()
            if (name := self.name(one)) not in self.planned:
                self.planned[name] = self.workflow(one)
        return Plan(
            root=key,
            title=self.root.arazzo.info.title,
            version=self.root.arazzo.info.version,
            workflows=dict(sorted(self.planned.items())),
            sources={self.names[document.uri]: _sources(document) for document in self.reached()},
        )

    def reached(self) -> list[Document]:
        """The documents that the plan is made of."""
        names = {one.document for one in self.planned.values()}
        return [one for one in self.documents.documents if self.names[one.uri] in names]

    def key(self, found: WorkflowAt) -> str:
        """Of the plan; what has one is planned too."""
        self.waiting.append(found)
        return self.name(found)

    def name(self, found: WorkflowAt) -> str:
        return f"{self.names[found.document.uri]}/{found.workflow.workflow_id}"

    def workflow(self, found: WorkflowAt) -> PlannedWorkflow:
        document, workflow = found.document, found.workflow
        return PlannedWorkflow(
            document=self.names[document.uri],
            workflow_id=workflow.workflow_id,
            spec=document.arazzo.version,
            lenient=document.mode is Mode.COMPAT,
            self_uri=None if document.arazzo.self_uri is None else base_uri(document),
            summary=workflow.summary or workflow.description,
            inputs=bundled(self.documents, document, workflow.inputs),
            depends_on=tuple(self.to(document, one) for one in workflow.depends_on),
            steps=tuple(self.step(found, step, place) for place, step in enumerate(workflow.steps)),
            outputs=workflow.outputs,
            own=workflow.own,
        )

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
            return PlannedCall(workflow=self.to(document, step.workflow_id))
        if step.inline is not None:
            return PlannedCall(operation=_inline(step))
        return _planned(find_target(self.documents, document, step))

    def beside(self, document: Document, call: Call | None) -> PlannedCall | None:
        """What takes the step back, or asks about it."""
        if call is None:
            return None
        if call.activity is not None:
            return PlannedCall(activity=call.activity)
        if call.workflow_id is not None:
            return PlannedCall(workflow=self.to(document, called_workflow(call)))
        if call.operation_path is not None:
            return _planned(find_by_path(self.documents, document, call.operation_path))
        return _planned(
            find_by_id(self.documents, document, call.operation_id or "", call.source_description)
        )

    def to(self, document: Document, name: str) -> str:
        """Key of the workflow that a document calls by this name; what is not at hand keeps its name."""
        found = find_workflow(self.documents, document, name)
        return name if isinstance(found, Miss) else self.key(found)


def _planned(target: Target | Miss) -> PlannedCall:
    match target:
        case OperationAt(operation=operation):
            return PlannedCall(operation=operation.for_plan())
        case ChannelAt(source=source, channel=channel):
            return PlannedCall(channel=f"{source}/{channel.address}")
        case Miss(message=message):
            return PlannedCall(missing=message)


def _inline(step: Step) -> Operation | None:
    """Other tools' `x-operation` has all that a request needs (D21)."""
    if step.inline is None:
        return None
    return Operation(source="", method=step.inline.method.upper(), path="", servers=(step.inline.url,))


def _placed(parameter: Parameter, operation: Operation | None) -> Parameter:
    """One without a place goes where the operation declares it, else into the query (D21; strict has none)."""
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
