"""Plays flows of the catalogue: starts them, waits for what they wait for, and looks at what was called."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from catalogue import CATALOGUE
from saga import AnswerRequest, FlowStatus, Resolution
from saga.messages import Choice
from saga.status import IncidentStatus
from tests.endings import status_of
from tests.eventually import eventually
from tests.standins import StandIns

PATIENCE = timedelta(seconds=30)

Handle = WorkflowHandle[Any, Any]
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Playing:
    """`skip` is there on the time-skipping server."""

    client: Client
    stand_ins: StandIns
    task_queue: str
    skip: Callable[[timedelta], Awaitable[None]] | None = None

    async def start(self, name: str, asked: BaseModel) -> Handle:
        flow = CATALOGUE[name]
        return await self.client.start_workflow(name, asked, id=flow.id_of(asked), task_queue=self.task_queue)

    async def answered(self, name: str, asked: BaseModel, answer: type[Answer]) -> tuple[Handle, Answer]:
        """The flow's early answer, asked for in the one call that starts it."""
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            name,
            asked,
            id=CATALOGUE[name].id_of(asked),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        async with asyncio.timeout(PATIENCE.total_seconds()):
            given = await self.client.execute_update_with_start_workflow(
                "answer", AnswerRequest(), start_workflow_operation=start, result_type=answer
            )
        return await start.workflow_handle(), given

    async def unanswered(self, name: str, asked: BaseModel) -> ApplicationError:
        """What is said in place of the early answer."""
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await self.answered(name, asked, BaseModel)
        assert isinstance(failed.value.cause, ApplicationError)
        return failed.value.cause

    async def until(self, handle: Handle, wanted: Callable[[FlowStatus], bool]) -> FlowStatus:
        return await eventually(lambda: status_of(handle), wanted)

    async def incident(self, handle: Handle) -> IncidentStatus:
        """The one that is open, as soon as there is one."""
        (incident,) = (await self.until(handle, lambda status: bool(status.incidents))).incidents
        return incident

    async def resolve(
        self,
        handle: Handle,
        incident: str,
        decision: Choice,
        *,
        corrected: BaseModel | None = None,
    ) -> None:
        given = corrected.model_dump(mode="json") if corrected else None
        said = Resolution(incident=incident, decision=decision, by="grace", reason="asked them", input=given)
        await handle.execute_update("resolve", said)

    async def operations(self, handle: Handle) -> list[str]:
        """What was called, in order; telling people is none of it."""
        calls = await self.stand_ins.calls(correlation_id=handle.id)
        return [call.operation for call in calls if call.operation != "tellOps"]

    async def open(self, handle: Handle) -> Counter[str]:
        """The effects that stand."""
        return Counter(
            effect.operation for effect in await self.stand_ins.open_effects(correlation_id=handle.id)
        )
