"""Starts a flow and asks for its early answer in one call to the server, under the same id rules as any start.

Each call has an update id of its own. With one that is known the server would hand out the answer of whatever runs, or
has run, under the workflow id: to another input, and in place of the run that was asked for again.
"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, FailureError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from runtime.client import address_of
from runtime.id_rules import IdRules, Request
from runtime.refusals import NoEarlyAnswer, UnknownId, Unreachable
from runtime.starting import Started
from runtime.status import describe
from saga.messages import AnswerRequest
from saga.step import root_cause

UPDATE = "answer"


class Asked(NamedTuple):
    """What runs, and its answer; neither that nor a failure when the time was over first."""

    started: Started
    answer: BaseModel | None = None
    failure: FailureError | None = None
    """Why there is no answer and never will be."""


class AnswerSeeker:
    """Starts flows on one task queue. Without a worker there is no answer, but the flow is started all the same."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def ask(self, request: Request, *, within: timedelta) -> Asked:
        """Start the flow, or join the running one with the same input, and wait for its early answer.

        Raises:
            NoEarlyAnswer: the flow has none; nothing was started.
            Refused: as `FlowStarter.start` does.
            Unreachable: the server has not taken the start in time.
        """
        if request.flow.answer is None:
            raise NoEarlyAnswer(request.flow.name)
        asking = _Asking(self._client, self._task_queue, request)
        await asking.prepare()
        outcome = asyncio.ensure_future(asking.outcome())
        try:
            done, _ = await asyncio.wait({outcome}, timeout=within.total_seconds())
            return outcome.result() if done else Asked(await asking.started())
        finally:
            outcome.cancel()  # the SDK's own bound is on each call that it makes, not on all of them
            await asyncio.gather(outcome, return_exceptions=True)


class _Asking:
    def __init__(self, client: Client, task_queue: str, request: Request) -> None:
        self._client = client
        self._task_queue = task_queue
        self._request = request
        self._rules = IdRules(client)
        self._ran_before: str | None = None
        self._joined: Started | None = None

    async def prepare(self) -> None:
        self._ran_before = await self._rules.before(self._request)

    async def outcome(self) -> Asked:
        flow = self._request.flow
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            flow.name, self._request.input, task_queue=self._task_queue, **self._request.options()
        )
        asked = self._client.execute_update_with_start_workflow(
            UPDATE, AnswerRequest(), start_workflow_operation=start, result_type=flow.answer
        )
        handle = asyncio.ensure_future(
            start.workflow_handle()
        )  # where the SDK reports a failed start once more
        try:
            answer, failure = await _outcome(asked)
            return Asked(Started(await handle, joined=False), answer, failure)
        except WorkflowAlreadyStartedError:
            return await self._outcome_of_running()
        finally:
            handle.cancel()
            await asyncio.gather(handle, return_exceptions=True)

    async def _outcome_of_running(self) -> Asked:
        self._joined = started = Started(await self._rules.join(self._request), joined=True)
        asked = started.handle.execute_update(UPDATE, AnswerRequest(), result_type=self._request.flow.answer)
        try:
            answer, failure = await _outcome(asked)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                await self._rules.join(self._request)  # it has ended meanwhile, and this says how
            raise
        return Asked(started, answer, failure)

    async def started(self) -> Started:
        """What runs under the id although nothing was answered."""
        if self._joined:
            return self._joined
        run_id = await self._run_id()
        if run_id == self._ran_before:
            raise Unreachable(address_of(self._client), "the start was not taken in time")
        return Started(self._client.get_workflow_handle(self._request.id, run_id=run_id), joined=False)

    async def _run_id(self) -> str | None:
        try:
            return (await describe(self._client.get_workflow_handle(self._request.id))).run_id
        except UnknownId:
            return None


async def _outcome(asked: Awaitable[BaseModel]) -> tuple[BaseModel | None, FailureError | None]:
    try:
        return await asked, None
    except WorkflowUpdateFailedError as error:
        cause = root_cause(error.cause)
        return None, cause if isinstance(cause, FailureError) else ApplicationError(str(cause))
