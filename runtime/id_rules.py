"""One id, one execution: what is started under which id, what joins what runs there, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

from runtime.flows import Flow, digest_of
from runtime.identity import Actor
from runtime.refusals import AlreadyDone, InputDiffers, LeftHalfDone, RunAgain, UnknownId
from runtime.status import describe
from runtime.visibility import ended_as, saga_state
from saga.search_attributes import SAGA_STATUS
from saga.status import FlowState

DIGEST = "input_digest"

BEGINS = TypedSearchAttributes([SearchAttributePair(SAGA_STATUS, FlowState.RUNNING.value)])
"""The first values of search attributes are set by who starts a flow, where they cost no event."""

Handle = WorkflowHandle[Any, Any]


def begun_with(flow: Flow[Any], digest: str, by: Actor) -> Mapping[str, JsonValue]:
    """The memo of a flow."""
    return {
        **flow.memo,
        "started_by": by.model_dump(mode="json"),
        "flow_version": flow.version,
        DIGEST: digest,
    }


@dataclass(frozen=True)
class Request:
    """A flow that is to run under an id; `again` allows for one that has ended without completing."""

    flow: Flow[Any]
    input: BaseModel
    id: str
    by: Actor
    again: bool

    @property
    def digest(self) -> str:
        return digest_of(self.input)

    def options(self) -> Mapping[str, Any]:
        """With these the server itself refuses an id that runs, or that has run and may not run again."""
        return {
            "id": self.id,
            "id_reuse_policy": _REUSE[self.again],
            "id_conflict_policy": WorkflowIDConflictPolicy.FAIL,
            "search_attributes": BEGINS,
            "memo": begun_with(self.flow, self.digest, self.by),
            "static_summary": self.flow.description,
        }


_REUSE = {
    False: WorkflowIDReusePolicy.REJECT_DUPLICATE,
    True: WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
}


class IdRules:
    """What the server cannot decide: it knows neither whether two inputs ask for the same, nor what was undone."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def before(self, request: Request) -> str | None:
        """To be asked before a start; the run that is there already, where one may be run again.

        Raises:
            LeftHalfDone: the id was terminated.
        """
        if not request.again:
            return None
        try:
            description = await describe(self._client.get_workflow_handle(request.id))
        except UnknownId:
            return None
        if state_of(description) is FlowState.TERMINATED:
            raise LeftHalfDone(request.id)
        return description.run_id

    async def join(self, request: Request) -> Handle:
        """To be asked when the server has refused the start: what runs, if it has the same input.

        Raises:
            InputDiffers: the id runs with another input.
            AlreadyDone: the id has completed.
            RunAgain: the id has ended otherwise.
            LeftHalfDone: the id was terminated, so its effects are still there.
        """
        handle = self._client.get_workflow_handle(request.id)
        description = await describe(handle)
        if description.status is not WorkflowExecutionStatus.RUNNING:
            raise _over(description)
        if request.digest != await self._digest_of_running(request.flow, description):
            raise InputDiffers(request.id)
        return self._client.get_workflow_handle(request.id, run_id=description.run_id)

    async def _digest_of_running(self, flow: Flow[Any], description: WorkflowExecutionDescription) -> str:
        """As the starter has noted it; for a flow that other software started, from its first event."""
        noted: str | None = await description.memo_value(DIGEST, default=None)
        if noted:
            return noted
        handle = self._client.get_workflow_handle(description.id, run_id=description.run_id)
        first = await anext(handle.fetch_history_events(page_size=1))
        payloads = first.workflow_execution_started_event_attributes.input.payloads
        (started_with,) = await self._client.data_converter.decode(payloads, [flow.input])
        return digest_of(started_with)


def state_of(description: WorkflowExecutionDescription) -> FlowState:
    """As the server has it; while a flow runs, what it has said of itself last."""
    said = saga_state(description.typed_search_attributes)
    if description.status is WorkflowExecutionStatus.RUNNING:
        return said or FlowState.RUNNING
    return ended_as(description.status, said)


def _over(description: WorkflowExecutionDescription) -> AlreadyDone | LeftHalfDone | RunAgain:
    state = state_of(description)
    if state is FlowState.COMPLETED:
        return AlreadyDone(description.id)
    if state is FlowState.TERMINATED:
        return LeftHalfDone(description.id)
    return RunAgain(description.id, state)
