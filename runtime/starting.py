"""Starts a flow under its own id, once: the same order twice is one execution, and the second start says so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, JsonValue
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from runtime.flows import Flow, digest_of
from runtime.identity import Actor
from runtime.refusals import AlreadyDone, InputDiffers, LeftHalfDone, RunAgain, UnknownId
from runtime.status import describe
from runtime.visibility import ended_as, saga_state
from saga.search_attributes import SAGA_STATUS
from saga.status import FlowState

DIGEST = "input_digest"

Handle = WorkflowHandle[Any, Any]


BEGINS = TypedSearchAttributes([SearchAttributePair(SAGA_STATUS, FlowState.RUNNING.value)])
"""The first values of search attributes are set by who starts a flow, where they cost no event."""


def begun_with(flow: Flow[Any], digest: str, by: Actor) -> Mapping[str, JsonValue]:
    """The memo of a flow."""
    return {"started_by": by.model_dump(mode="json"), "flow_version": flow.version, DIGEST: digest}


class Started(NamedTuple):
    """The execution that runs under the id; `joined` when it ran already."""

    handle: Handle
    joined: bool


class FlowStarter:
    """Starts flows on one task queue. It needs no worker: the flow begins when there is one."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def start(
        self,
        flow: Flow[Any],
        flow_input: BaseModel,
        *,
        by: Actor,
        workflow_id: str | None = None,
        again: bool,
    ) -> Started:
        """Start the flow, or join the running one with the same input.

        Raises:
            InputDiffers: the id runs with another input.
            AlreadyDone: the id has completed.
            RunAgain: the id has ended otherwise, and `again` is false.
            LeftHalfDone: the id was terminated, so its effects are still there.
        """
        name = workflow_id or flow.id_of(flow_input)
        digest = digest_of(flow_input)
        if again:
            await self._refuse_half_done(name)
        try:
            return Started(await self._begin(flow, flow_input, name, digest, by, again=again), joined=False)
        except WorkflowAlreadyStartedError:
            return Started(await self._join(flow, name, digest), joined=True)

    async def _begin(
        self, flow: Flow[Any], flow_input: BaseModel, name: str, digest: str, by: Actor, *, again: bool
    ) -> Handle:
        return await self._client.start_workflow(
            flow.name,
            flow_input,
            id=name,
            task_queue=self._task_queue,
            id_reuse_policy=_REUSE[again],
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            search_attributes=BEGINS,
            memo=begun_with(flow, digest, by),
            static_summary=flow.description,
        )

    async def _join(self, flow: Flow[Any], name: str, digest: str) -> Handle:
        handle = self._client.get_workflow_handle(name)
        description = await describe(handle)
        if description.status is not WorkflowExecutionStatus.RUNNING:
            raise _over(description)
        if digest != await self._digest_of_running(flow, description):
            raise InputDiffers(name)
        return self._client.get_workflow_handle(name, run_id=description.run_id)

    async def _digest_of_running(self, flow: Flow[Any], description: WorkflowExecutionDescription) -> str:
        """As this starter has noted it; for a flow that other software started, from its first event."""
        noted: str | None = await description.memo_value(DIGEST, default=None)
        if noted:
            return noted
        handle = self._client.get_workflow_handle(description.id, run_id=description.run_id)
        first = await anext(handle.fetch_history_events(page_size=1))
        payloads = first.workflow_execution_started_event_attributes.input.payloads
        (started_with,) = await self._client.data_converter.decode(payloads, [flow.input])
        return digest_of(started_with)

    async def _refuse_half_done(self, name: str) -> None:
        try:
            description = await describe(self._client.get_workflow_handle(name))
        except UnknownId:
            return
        if _state(description) is FlowState.TERMINATED:
            raise LeftHalfDone(name)


_REUSE = {
    False: WorkflowIDReusePolicy.REJECT_DUPLICATE,
    True: WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
}


def _over(description: WorkflowExecutionDescription) -> AlreadyDone | LeftHalfDone | RunAgain:
    state = _state(description)
    if state is FlowState.COMPLETED:
        return AlreadyDone(description.id)
    if state is FlowState.TERMINATED:
        return LeftHalfDone(description.id)
    return RunAgain(description.id, state)


def _state(description: WorkflowExecutionDescription) -> FlowState:
    return ended_as(description.status, saga_state(description.typed_search_attributes))
