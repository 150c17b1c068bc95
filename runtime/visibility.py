"""Lists flows from the server's index alone, and reads what the index says of a flow's state."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import TypedSearchAttributes

from saga.search_attributes import SAGA_STATUS, SAGA_WAITING_FOR
from saga.status import FlowState, StatusModel

RUNNING_STATES = (
    FlowState.RUNNING,
    FlowState.WAITING_FOR_APPROVAL,
    FlowState.NEEDS_ATTENTION,
    FlowState.COMPENSATING,
)
WAIT_FOR_PERSON = (FlowState.WAITING_FOR_APPROVAL, FlowState.NEEDS_ATTENTION)

_ENDS = {
    WorkflowExecutionStatus.COMPLETED: FlowState.COMPLETED,
    WorkflowExecutionStatus.CANCELED: FlowState.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: FlowState.TERMINATED,
    WorkflowExecutionStatus.TIMED_OUT: FlowState.TERMINATED,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: FlowState.RUNNING,
}
_CONDITIONS = {
    FlowState.COMPLETED: "ExecutionStatus = 'Completed'",
    FlowState.CANCELLED: "ExecutionStatus = 'Canceled'",
    FlowState.TERMINATED: "ExecutionStatus IN ('Terminated', 'TimedOut')",
    FlowState.COMPENSATED: f"ExecutionStatus = 'Failed' AND {SAGA_STATUS.name} = 'compensated'",
    FlowState.FAILED: f"ExecutionStatus = 'Failed' AND ({SAGA_STATUS.name} != 'compensated' "
    f"OR {SAGA_STATUS.name} IS NULL)",
    FlowState.RUNNING: f"ExecutionStatus = 'Running' AND ({SAGA_STATUS.name} = 'running' "
    f"OR {SAGA_STATUS.name} IS NULL)",
}
_STATES = {state.value: state for state in FlowState}


class Listed(StatusModel):
    """A flow as the index has it."""

    id: str
    run_id: str
    flow: str
    status: FlowState
    waiting_for: tuple[str, ...] = ()
    started_at: datetime
    completed_at: datetime | None = None


async def list_flows(
    client: Client, flows: Sequence[str], *, states: Sequence[FlowState] = (), limit: int
) -> AsyncIterator[Listed]:
    """The newest flows first, as the index has them, which may be some milliseconds late."""
    async for execution in client.list_workflows(list_query(flows, states), limit=limit):
        yield _listed(execution)


def list_query(flows: Sequence[str], states: Sequence[FlowState]) -> str:
    """The visibility query; a run that went on as a new one is not listed, its successor is. See `Catalogue.types`."""
    types = ", ".join(f"'{name}'" for name in flows if not name.endswith("*"))
    begin = [f"WorkflowType STARTS_WITH '{name[:-1]}'" for name in flows if name.endswith("*")]
    kinds = " OR ".join([*([f"WorkflowType IN ({types})"] if types else ()), *begin])
    parts = [f"({kinds})" if begin else kinds, "ExecutionStatus != 'ContinuedAsNew'"]
    if states:
        parts.append(f"({' OR '.join(f'({_condition(state)})' for state in states)})")
    return " AND ".join(parts)


def _condition(state: FlowState) -> str:
    return _CONDITIONS.get(state, f"ExecutionStatus = 'Running' AND {SAGA_STATUS.name} = '{state}'")


def _listed(execution: WorkflowExecution) -> Listed:
    attributes = execution.typed_search_attributes
    running = execution.status in (None, WorkflowExecutionStatus.RUNNING)
    said = saga_state(attributes)
    return Listed(
        id=execution.id,
        run_id=execution.run_id,
        flow=execution.workflow_type,
        status=said or FlowState.RUNNING if running else ended_as(execution.status, said),
        waiting_for=tuple(attributes.get(SAGA_WAITING_FOR) or ()) if running else (),
        started_at=execution.start_time,
        completed_at=execution.close_time,
    )


def saga_state(attributes: TypedSearchAttributes) -> FlowState | None:
    """What the flow, or its starter, has said of its state."""
    said = attributes.get(SAGA_STATUS)
    return _STATES.get(said) if said else None


def ended_as(close: WorkflowExecutionStatus | None, said: FlowState | None) -> FlowState:
    """How a flow ended: the server's word, and for a failed one whether everything was undone."""
    if close is WorkflowExecutionStatus.FAILED:
        return FlowState.COMPENSATED if said is FlowState.COMPENSATED else FlowState.FAILED
    return FlowState.RUNNING if close is None else _ENDS.get(close, FlowState.RUNNING)
