"""A workflow that takes a step back, carried out within the undo's activity.

Each of its calls has a key of its own that follows from the undo's, so an attempt that begins anew does nothing twice.
It is made of calls and of workflows of calls: a person, a message or a judgement is nothing that an undo waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from activities.attempt import Attempt
from activities.document_calls import DocumentCalls, NotSent
from activities.failure import RETRY_AFTER_CAP
from activities.verdict import Failed
from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.exchange import shown
from arazzo.frames import Armed, Frame
from arazzo.frames import Outcome as Ended
from arazzo.interpreter import Verdict
from arazzo.judging import judged, unanswered
from arazzo.plan import Plan
from arazzo.ports import Dealt, Nested
from arazzo.step_input import StepInput, Values
from saga.headers import Outcome, current_step

T = TypeVar("T")


class UndoWorkflow:
    """Runs the workflow that a step's compensation names."""

    def __init__(self, calls: DocumentCalls, attempt: Attempt, step: StepInput, outputs: Values) -> None:
        self._calls = calls
        self._attempt = attempt
        self._step = step
        self._outputs = outputs

    async def run(self) -> Failed | None:
        """How it has failed, if it has: that of its last call, and worse where an earlier one was carried out."""
        plan, undo = self._step.undo_plan, self._step.planned.compensation
        if plan is None or undo is None or undo.workflow is None:
            return Failed(Outcome.REFUSED, "PlanMissing", "its plan is missing", retry=False)
        compensate = self._step.planned.step.own.compensate
        context = self._step.with_outputs(self._outputs)
        given = compensate.parameters if compensate else ()
        frame = Frame(workflow=undo.workflow, inputs={one.name: shown(one.value, context) for one in given})
        heard = _Heard()
        ports = _Ports(plan, self._calls, self._attempt, self._step.servers, current_step().key, heard)
        outcome = await Drive(plan, frame, ports, self._step.servers).outcome()
        return None if outcome.success else heard.failure(f"{undo.workflow}: {outcome.why}")


@dataclass
class _Heard:
    """What came of the calls of an undo, those of workflows that it runs included."""

    acted: bool = False
    """One may have had its effect."""
    last: Failed | None = None
    """The newest one's failure, if it has failed."""

    def take(self, verdict: Verdict, failed: Failed | None) -> None:
        self.last = None if verdict.success else failed
        self.acted |= verdict.success or (failed is not None and failed.outcome is not Outcome.REFUSED)

    def failure(self, why: str) -> Failed:
        outcome = Outcome.UNKNOWN if self.acted else Outcome.REFUSED
        if self.last is None:
            return Failed(outcome, "UndoFailed", why, retry=False)
        return Failed(outcome, self.last.type, why, self.last.retry, self.last.wait)


class _Ports:
    def __init__(
        self,
        plan: Plan,
        calls: DocumentCalls,
        attempt: Attempt,
        servers: dict[str, str],
        key: str,
        heard: _Heard,
    ) -> None:
        self._plan = plan
        self._calls = calls
        self._attempt = attempt
        self._servers = servers
        self._key = key
        self._heard = heard
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
            verdict = unanswered(step, str(error))
            self._heard.take(verdict, Failed(Outcome.REFUSED, error.kind, str(error), retry=False))
            return verdict
        answer, request = came_back.answer, ready.prepared.request
        if answer is None:
            verdict = unanswered(step, came_back.failure.message, request=request)
        else:
            verdict = came_back.noted_in(judged(step, request, answer))
        self._heard.take(verdict, came_back.failure)
        return verdict

    async def run(self, workflow: str, inputs: Values, frame: Frame, nested: Nested) -> Ended:
        del frame  # it has the time of its activity
        self._inner += 1
        key = str(uuid5(UUID(self._key), f"{nested.step}-{self._inner}"))
        ports = _Ports(self._plan, self._calls, self._attempt, self._servers, key, self._heard)
        return await Drive(
            self._plan, Frame(workflow=workflow, inputs=inputs), ports, self._servers
        ).outcome()

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Ended:
        return await self.run(workflow, inputs, frame, Nested(workflow))

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
