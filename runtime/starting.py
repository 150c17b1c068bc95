"""Starts a flow under its own id, once: the same order twice is one execution, and the second start says so."""

from typing import Any, NamedTuple

from pydantic import BaseModel
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from runtime.flows import Flow
from runtime.id_rules import Handle, IdRules, Request
from runtime.identity import Actor


class Started(NamedTuple):
    """The execution that runs under the id; `joined` when it ran already."""

    handle: Handle
    joined: bool

    @property
    def run_id(self) -> str:
        return self.handle.result_run_id or self.handle.run_id or ""


class FlowStarter:
    """Starts flows on one task queue. It needs no worker: the flow begins when there is one."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue
        self._rules = IdRules(client)

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
        request = Request(flow, flow_input, workflow_id or flow.id_of(flow_input), by, again)
        await self._rules.before(request)
        try:
            handle = await self._client.start_workflow(
                flow.name, flow_input, task_queue=self._task_queue, **request.options()
            )
        except WorkflowAlreadyStartedError:
            return Started(await self._rules.join(request), joined=True)
        return Started(handle, joined=False)
