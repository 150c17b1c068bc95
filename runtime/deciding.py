"""Carries a person's word to a running flow: decisions on approvals, resolutions of incidents, cancels."""

from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, RootModel
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from arazzo.type_names import TYPE_PREFIX
from models.sealing import Sealer
from runtime.identity import Actor
from runtime.input_problems import checked, told_problems, undecodable_problems
from runtime.refusals import HasEnded, InvalidInput, MessageRefused, NobodyAnswers, NothingToDecide
from runtime.secret_inputs import secured_answer
from runtime.status import ask, describe
from runtime.visibility import ended_as, saga_state
from saga.messages import Decided, Decision, DecisionKind, Resolution, Resolved
from saga.search_attributes import SAGA_WAITING_FOR
from saga.status import FlowStatus
from saga.terms import INVALID_INPUT

UNDECODABLE = "PayloadValidationError"
"""Failure type of the SDK's, for a message that does not fit its handler."""

ANSWER_BOUND = timedelta(seconds=8)
"""How long a worker may take to answer a message. One that takes the flow over from a killed worker is asked only after
the sticky timeout of that one (`STICKY_TIMEOUT` of worker.py), and has to replay the flow first."""

Receipt = TypeVar("Receipt", bound=BaseModel)


class _Told(RootModel[JsonValue]):
    """A message of a flow's own, or its receipt."""


class Decider:
    """Sends messages to one flow.

    Each method raises UnknownId, HasEnded, NobodyAnswers, or MessageRefused with the flow's reason.
    """

    def __init__(self, client: Client, workflow_id: str, *, sealer: Sealer | None = None) -> None:
        """`sealer` is for what people fill in for documents: what is secret of it is sealed."""
        self._handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(workflow_id)
        self._sealer = sealer

    async def decide(
        self,
        kind: DecisionKind,
        *,
        approval: str | None,
        by: Actor,
        comment: str,
        digest: str | None = None,
        to: str | None = None,
        brings: JsonValue = None,
    ) -> Decided:
        """Without a name it is the one open approval. Raises NothingToDecide where that is not clear.

        An approval `brings` what is asked for along.

        Without a `digest` the decision is about what the flow shows now.
        """
        waits = await self._waits()
        name = approval or await self._only_approval(waits)
        status = await ask(self._handle) if digest is None or brings is not None else None
        asked = next((one for one in status.approvals if one.name == name), None) if status else None
        if status is None and brings is not None:
            raise NobodyAnswers(self._handle.id)
        if status and asked and brings is not None and status.flow.startswith(TYPE_PREFIX):
            brings = secured_answer(self._handle.id, asked.takes, brings, self._sealer)
        fields = {
            "approval": name,
            "decision": kind,
            "by": by.by,
            "comment": comment,
            "digest": digest or (asked.digest if asked else None),
            "to": to,
            "input": brings,
        }
        return await self._send("decide", checked(Decision, fields, what="The decision"), Decided)

    async def resolve(self, resolution: Resolution) -> Resolved:
        """Raises InvalidInput as well, where what comes with the decision does not fit the step."""
        await self._waits()
        try:
            return await self._send("resolve", resolution, Resolved)
        except MessageRefused as refused:
            if refused.type == "StaleIncident":
                known = _decided(resolution.incident, await ask(self._handle))
                raise MessageRefused(f"{refused}{known}", refused.type) from None
            raise

    async def tell(self, update: str, body: JsonValue) -> JsonValue:
        """Send an update of the flow's own. Raises InvalidInput as well, where the body does not fit it."""
        await self._waits()
        return (await self._send(update, _Told(body), _Told)).root

    async def cancel(self, *, by: Actor, reason: str) -> None:
        """Ask the flow to end: what it has done is undone, unless it is beyond its point of no return."""
        await self._waits()
        await self._handle.cancel(reason=f"by {by}: {reason}")

    async def _waits(self) -> tuple[str, ...]:
        """What the flow waits for, as the server has it. Raises HasEnded."""
        description = await describe(self._handle)
        attributes = description.typed_search_attributes
        if description.status is not WorkflowExecutionStatus.RUNNING:
            raise HasEnded(self._handle.id, ended_as(description.status, saga_state(attributes)))
        return tuple(attributes.get(SAGA_WAITING_FOR) or ())

    async def _only_approval(self, waits: tuple[str, ...]) -> str:
        waiting = [wait.removeprefix("approval:") for wait in waits if wait.startswith("approval:")]
        if len(waiting) == 1:
            return waiting[0]
        if waiting:
            raise NothingToDecide(f"Several approvals are open, name one of them: {', '.join(waiting)}.")
        raise NothingToDecide(_nothing_open(self._handle.id, await ask(self._handle)))

    async def _send(self, update: str, message: BaseModel, receipt: type[Receipt]) -> Receipt:
        try:
            answer: Receipt = await self._handle.execute_update(
                update, message, result_type=receipt, rpc_timeout=ANSWER_BOUND
            )
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise NobodyAnswers(self._handle.id) from None
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await self._waits()  # it has ended meanwhile, and this says how
            raise
        return answer


def _refusal(error: WorkflowUpdateFailedError) -> MessageRefused | InvalidInput:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return MessageRefused(str(cause), type(cause).__name__)
    if cause.type == UNDECODABLE and (problems := undecodable_problems(next(iter(cause.details), None))):
        return InvalidInput("The message", problems)
    if cause.type == INVALID_INPUT and (problems := told_problems(next(iter(cause.details), None))):
        return InvalidInput(cause.message.partition(" is ")[0], problems)
    return MessageRefused(cause.message, cause.type or type(cause).__name__)


def _decided(incident: str, status: FlowStatus | None) -> str:
    """Who has decided about an incident, and what."""
    known = [*status.settled_incidents, *status.incidents] if status else []
    said = next((one.resolution for one in known if one.id == incident and one.resolution), None)
    return f" {said.by} chose {said.decision}, {said.at:%Y-%m-%d %H:%M} UTC." if said else ""


def _nothing_open(workflow_id: str, status: FlowStatus | None) -> str:
    past = [
        f"{approval.name} is {approval.status}"
        + "".join(f" (by {decision.by}, {decision.at:%Y-%m-%d %H:%M} UTC)" for decision in approval.decisions)
        for approval in (status.approvals if status else ())
    ]
    return "; ".join([f"{workflow_id} has no open approval", *past]) + "."
