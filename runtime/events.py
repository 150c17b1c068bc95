"""Gives events to flows: signal-with-start, so that the flow of the event begins with the first of them."""

from typing import Any
from uuid import uuid4

from pydantic import BaseModel, JsonValue
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from arazzo.run_input import MAILBOX, ChannelEvent
from runtime.flows import EventEntry, Flow, digest_of
from runtime.id_rules import BEGINS, Handle, begun_with, state_of
from runtime.identity import Actor
from runtime.refusals import FieldProblem, HasEnded, InvalidInput, UnknownId
from runtime.status import describe
from saga.messages import Event


class EventSender:
    """For one flow of the catalogue. It needs no worker: what is sent waits for one."""

    def __init__(self, client: Client, flow: Flow[Any], *, task_queue: str, by: Actor) -> None:
        self._client = client
        self._flow = flow
        self._entry: EventEntry[Any] = flow.takes
        self._task_queue = task_queue
        self._by = by

    async def send(self, body: BaseModel) -> Handle:
        """To the flow that it belongs to: the running one, or else a new one.

        Sent twice, it is there twice: the flow's mailbox knows it by its key.
        """
        flow_input = self._entry.starts(body)
        sent: dict[str, JsonValue] = body.model_dump(mode="json")
        return await self._client.start_workflow(
            self._flow.name,
            flow_input,
            id=self._flow.id_of(flow_input),
            task_queue=self._task_queue,
            start_signal="event",
            start_signal_args=[Event(mailbox=self._entry.mailbox, body=sent)],
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=BEGINS,
            memo=begun_with(self._flow, digest_of(flow_input), self._by),
            static_summary=self._flow.description,
        )


async def tell_document(client: Client, flow: str, workflow_id: str, message: ChannelEvent) -> str:
    """Hand a message to the run of a document, which keeps it until a step asks for it; the run's id.

    Raises:
        UnknownId: there is none of that flow with this id.
        HasEnded: it is over.
    """
    message = message if message.id else message.model_copy(update={"id": str(uuid4())})
    handle = client.get_workflow_handle(workflow_id)
    description = await describe(handle)
    if description.workflow_type != flow:
        raise UnknownId(workflow_id)
    if description.status is not WorkflowExecutionStatus.RUNNING:
        raise HasEnded(workflow_id, state_of(description))
    await handle.signal("event", Event(mailbox=MAILBOX, body=message.model_dump(mode="json")))
    return description.run_id


def check_key(flow: Flow[Any], body: BaseModel, key: str) -> None:
    """Raises InvalidInput: the event belongs to another key. The flow's id is the key with the flow's name before it."""
    known = flow.id_of(flow.takes.starts(body))
    if known not in (key, f"{flow.name}-{key}"):
        own = known.removeprefix(f"{flow.name}-")
        raise InvalidInput("The event", [FieldProblem("", f"it belongs to {own}, not to {key}")])
