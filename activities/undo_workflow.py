"""A workflow that takes a step back, carried out within the undo's activity.

Each of its calls has a key of its own that follows from the undo's, so an attempt that begins anew does nothing twice.
It is made of calls and of workflows of calls: a person, a message or a judgement is nothing that an undo waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from activities.attempt import Attempt
from activities.document_calls import DocumentCalls, NotSent
from activities.failure import RETRY_AFTER_CAP
from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.exchange import shown
from arazzo.frames import Armed, Frame, Outcome
from arazzo.interpreter import Verdict
from arazzo.judging import judged, unanswered
from arazzo.plan import Plan
from arazzo.ports import Dealt
from arazzo.step_input import StepInput, Values
from saga.headers import current_step, refused

T = TypeVar("T")


class UndoWorkflow:
    """Runs the workflow that a step's compensation names."""

    def __init__(self, calls: DocumentCalls, attempt: Attempt, step: StepInput, outputs: Values) -> None:
        self._calls = calls
        self._attempt = attempt
        self._step = step
        self._outputs = outputs

    async def run(self) -> None:
        """Raises ApplicationError when the workflow fails."""
        plan, undo = self._step.undo_plan, self._step.planned.compensation
        if plan is None or undo is None or undo.workflow is None:
            raise refused(f"undo of {self._step.name}: its plan is missing", type="PlanMissing")
        compensate = self._step.planned.step.own.compensate
        context = self._step.with_outputs(self._outputs)
        given = compensate.parameters if compensate else ()
        frame = Frame(workflow=undo.workflow, inputs={one.name: shown(one.value, context) for one in given})
        ports = _Ports(plan, self._calls, self._attempt, self._step.servers, current_step().key)
        outcome = await Drive(plan, frame, ports, self._step.servers).outcome()
        if not outcome.success:
            why = self._calls.hidden_in(outcome.why)
            raise refused(f"undo of {self._step.name}: {undo.workflow}: {why}", type="UndoFailed")


class _Ports:
    def __init__(
        self, plan: Plan, calls: DocumentCalls, attempt: Attempt, servers: dict[str, str], key: str
    ) -> None:
        self._plan = plan
        self._calls = calls
        self._attempt = attempt
        self._servers = servers
        self._key = key
        self._inner = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def call(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        del again, dealt
        if step.planned.call.operation is None:
            return unanswered(step, f"{step.name} is no call, and an undo is made of calls")
        try:
            ready = self._calls.ready(step)
            came_back = await self._calls.send(self._attempt, ready, timeout=step.planned.step.timeout)
        except NotSent as error:
            return unanswered(step, str(error))
        answer = came_back.answer
        if answer is None:
            return unanswered(step, came_back.failure.message, request=ready.prepared.request)
        return judged(step, ready.prepared.request, answer)

    async def run(self, workflow: str, inputs: Values, frame: Frame, *, step: str) -> Outcome:
        del frame
        self._inner += 1
        key = str(uuid5(UUID(self._key), f"{step}-{self._inner}"))
        ports = _Ports(self._plan, self._calls, self._attempt, self._servers, key)
        return await Drive(
            self._plan, Frame(workflow=workflow, inputs=inputs), ports, self._servers
        ).outcome()

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Outcome:
        return await self.run(workflow, inputs, frame, step=workflow)

    async def sleep(self, step: str, delay: timedelta, action: str) -> None:
        del step, action
        await self._attempt.run(asyncio.sleep(min(delay, RETRY_AFTER_CAP).total_seconds()))

    async def receive(self, step: StepInput, armed: Armed) -> Message | None:
        del step, armed
        return None

    async def side_by_side(self, legs: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
        return [await leg for leg in legs]

    async def between(self, frame: Frame) -> None:
        """It is all one activity."""

    def point_of_no_return(self) -> None:
        """An undo has none."""

    def key(self, step: str, visit: int) -> str:
        return str(uuid5(UUID(self._key), f"{step}/{visit}"))
