"""Which APIs a flow calls: of a document, as its plan says; of a flow in code, the activities that its module names."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from arazzo.blueprint import Called, Role, calls_of
from arazzo.plan import PlannedWorkflow
from runtime.document_flows import DocumentFlow
from runtime.flows import Flow

FLOWS = "workflows."
"""The package whose modules are read for a flow in code."""


@dataclass(frozen=True, slots=True)
class FlowCall:
    """One call of a flow."""

    flow: str
    api: str
    """Name of the source description, or of the service that an activity is of."""
    title: str
    """Of the API, as its description says it; empty where none is known."""
    operation: str
    """The operationId, `METHOD /path`, the name of the activity, or the address of the channel."""
    method: str | None = None
    path: str | None = None
    workflow: str | None = None
    """Key of the document's workflow that has the step."""
    step: str | None = None
    role: Role | None = None

    def is_of(self, wanted: str) -> bool:
        """Whether an API or an operation is called that has this name, in whatever case."""
        names = [self.api, self.title, self.operation, f"{self.api}.{self.operation}"]
        names += [f"{self.method} {self.path}"] if self.method else []
        return wanted.strip().lower() in map(str.lower, names)


def calls_of_flow(flow: Flow[Any]) -> list[FlowCall]:
    """In the order of the steps; of a flow in code each activity once, as its text names them."""
    if isinstance(flow, DocumentFlow):
        workflows = flow.plan.workflows
        keys = [flow.plan.root, *(key for key in workflows if key != flow.plan.root)]
        return [call for key in keys for call in _of_document(flow, key, workflows[key])]
    if flow.workflow is None:
        return []
    return [
        FlowCall(flow=flow.name, api=name.partition(".")[0], title="", operation=name)
        for name in activities_named_in(flow.workflow.__module__)
    ]


def calls_to(wanted: str, flows: Iterable[Flow[Any]]) -> list[FlowCall]:
    """All calls of an API or an operation."""
    return [call for flow in flows for call in calls_of_flow(flow) if call.is_of(wanted)]


def _of_document(flow: DocumentFlow, key: str, workflow: PlannedWorkflow) -> Iterator[FlowCall]:
    for planned in workflow.steps:
        for called in calls_of(planned):
            if called.workflow is None and (operation := _operation(called)):
                api = _api(called)
                yield FlowCall(
                    flow=flow.name,
                    api=api,
                    title=flow.titles.get(f"{workflow.document}/{api}", ""),
                    operation=operation,
                    method=called.method,
                    path=called.path,
                    workflow=key,
                    step=planned.step.step_id,
                    role=called.role,
                )


def _operation(called: Called) -> str:
    if called.activity or called.channel:
        return called.activity or (called.channel or "").partition("/")[2]
    return called.operation_id or f"{called.method or ''} {called.path or ''}".strip()


def _api(called: Called) -> str:
    if called.activity:
        return called.activity.partition(".")[0]
    return called.source or (called.channel or "").partition("/")[0]


@cache
def activities_named_in(name: str) -> tuple[str, ...]:
    """The names of the activities that a flow's module refers to, and the modules of flows that it imports."""
    found: dict[str, None] = {}
    waiting, seen = [name], set[str]()
    while waiting:
        module = sys.modules.get(waiting.pop())
        if module is None or module.__name__ in seen or not module.__file__:
            continue
        seen.add(module.__name__)
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        found |= dict.fromkeys(_activities(tree, module))
        waiting += _flows_imported(tree)
    return tuple(found)


def _activities(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """`Inventory.reserve_stock`: an attribute of a class that the module knows, and an activity."""
    references = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    for node in sorted(references, key=lambda one: (one.lineno, one.col_offset)):
        owner = getattr(module, node.value.id if isinstance(node.value, ast.Name) else "", None)
        definition = getattr(getattr(owner, node.attr, None), "__temporal_activity_definition", None)
        if definition is not None and isinstance(definition.name, str):
            yield definition.name


def _flows_imported(tree: ast.AST) -> Iterable[str]:
    return [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FLOWS) and node.module
    ]
