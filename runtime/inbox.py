"""What waits for one person, over all flows: found by search attributes, told by the flows themselves."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowExecution

from runtime.status import ask
from saga.people import among, opaque_id
from saga.search_attributes import SAGA_DECIDERS, SAGA_DUE_AT, SAGA_WAITING_FOR
from saga.status import ApprovalStatus, StatusModel
from saga.voting import awaited

AT_ONCE = 10
_LAST = datetime.max.replace(tzinfo=UTC)


class Owed(StatusModel):
    """A decision that the person owes. Without a worker's answer only the names are known."""

    id: str
    run_id: str
    flow: str
    name: str
    due: datetime | None = None
    approval: ApprovalStatus | None = None


async def list_inbox(client: Client, who: str, *, limit: int) -> list[Owed]:
    """The oldest deadline first. The index may be some milliseconds late; what a flow itself says is not."""
    found = [execution async for execution in client.list_workflows(inbox_query(who))]
    found.sort(key=lambda execution: _due(execution) or _LAST)
    owed = [one async for one in _owed(client, found[:limit], who)]
    return sorted(owed, key=lambda one: one.due or _LAST)


def inbox_query(who: str) -> str:
    """Names the person by an opaque id, as the index does."""
    return f"ExecutionStatus = 'Running' AND {SAGA_DECIDERS.name} = '{opaque_id(who)}'"


async def _owed(client: Client, found: Sequence[WorkflowExecution], who: str) -> AsyncIterator[Owed]:
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        handles = [client.get_workflow_handle(execution.id, run_id=execution.run_id) for execution in some]
        answers = await asyncio.gather(*(ask(handle) for handle in handles))
        for execution, answer in zip(some, answers, strict=True):
            for one in _of_flow(execution, answer.approvals if answer else None, who):
                yield one


def _of_flow(
    execution: WorkflowExecution, approvals: Iterable[ApprovalStatus] | None, who: str
) -> Iterable[Owed]:
    fields = {"id": execution.id, "run_id": execution.run_id, "flow": execution.workflow_type}
    if approvals is None:
        waits = execution.typed_search_attributes.get(SAGA_WAITING_FOR) or ()
        for wait in waits:
            kind, _, name = wait.partition(":")
            if kind == "approval":
                yield Owed.model_validate({**fields, "name": name, "due": _due(execution)})
        return
    for approval in approvals:
        if among(who, awaited(approval)):
            known = {"name": approval.name, "due": approval.deadline, "approval": approval}
            yield Owed.model_validate({**fields, **known})


def _due(execution: WorkflowExecution) -> datetime | None:
    return execution.typed_search_attributes.get(SAGA_DUE_AT)
