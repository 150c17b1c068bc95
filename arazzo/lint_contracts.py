"""What calls are not held against, though it is described: said once for each operation."""

from arazzo.contracts import contract_of, left_out
from arazzo.extensions import Contracts
from arazzo.linting import LintedStep, Linting
from arazzo.openapi.operation import Operation
from arazzo.plan_contracts import MOST_IN_PLAN, size_of
from arazzo.targets import OperationAt

CLAUSE = "Arazzo extensions"


def contracts(linting: Linting) -> None:
    """All rules of contracts."""
    steps = {
        step.path: (step, operation)
        for workflow in linting.workflows
        if workflow.workflow.own.contracts is Contracts.HELD
        for step in workflow.steps
        if (operation := _operation(step)) is not None
    }
    said: set[tuple[str, str, str]] = set()
    for step, operation in steps.values():
        identity = (operation.source, operation.method, operation.path)
        if identity not in said:
            said.add(identity)
            _left_out(linting, step, operation)
    planned = (operation.for_plan(contract_of(operation)) for _, operation in steps.values())
    if size_of(planned) > MOST_IN_PLAN:
        wrong = (
            f"the schemas of all calls have more than {MOST_IN_PLAN // 1024} KiB: none is held against them"
        )
        linting.note(
            "contract-left-out", ("workflows",), wrong, "fewer steps, or x-contracts: ignored", CLAUSE
        )


def _operation(step: LintedStep) -> Operation | None:
    if step.step.own.activity is not None or not isinstance(step.target, OperationAt):
        return None
    return step.target.operation


def _left_out(linting: Linting, step: LintedStep, operation: Operation) -> None:
    for one in left_out(operation):
        said = f"calls of {operation.called} are not held against the {one.what}: {one.why}"
        linting.note("contract-left-out", step.path, said, "a smaller schema, of JSON Schema 2020-12", CLAUSE)
