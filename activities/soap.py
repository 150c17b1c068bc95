"""Calls of a SOAP 1.1 service: what it says in faults is classified here, and all else as for every call."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from pydantic import BaseModel, ValidationError

from activities.http import Downstream
from activities.problems import clean
from activities.soap_messages import Fault, Messages
from activities.verdict import (
    RESPONSE_INVALID,
    SERVER_FAILED,
    Answer,
    Confirmed,
    Failed,
    Reply,
    Row,
    classify,
)
from saga.headers import CREDENTIALS_REFUSED, Outcome, current_step

REFUSED = "RequestRefused"
FAULTS: Mapping[str, Row] = {
    "Client.Authentication": Row(Outcome.REFUSED, retry=False, type=CREDENTIALS_REFUSED),
    "Client": Row(Outcome.REFUSED, retry=False, type=REFUSED),
    "MustUnderstand": Row(Outcome.REFUSED, retry=False, type=REFUSED),
    "VersionMismatch": Row(Outcome.REFUSED, retry=False, type=REFUSED),
}
"""By fault code (SOAP 1.1 section 4.4.1). With any other, Server above all, it is not known what has been done."""

CODES: Mapping[str, Row] = {
    "KeyInProgress": Row(Outcome.UNKNOWN, retry=True, type="KeyInProgress"),
    # An earlier message with another body had this id, and what it did may stand.
    "KeyReused": Row(Outcome.UNKNOWN, retry=False, type="KeyReused"),
}
"""By what the service itself says: it comes before the fault code."""


class SoapService:
    """One port of a WSDL at `path` of a downstream; `messageId` in the header of each message is the step's key."""

    def __init__(self, downstream: Downstream, wsdl: Path, path: str) -> None:
        self._downstream = downstream
        self._messages = Messages(wsdl)
        self._path = path

    async def call(self, operation: str, request: BaseModel, *, returns: type[Answer]) -> Answer:
        """Raises the failures of saga.headers, as `Downstream.call` does."""
        step = current_step()
        header = {"message_id": step.key, "reverses": step.compensates}

        def judge(came_back: Reply | Exception) -> Confirmed[Answer] | Failed:
            return self._judge(operation, came_back, returns)

        return await self._downstream.send(
            self._path,
            content=self._messages.written(operation, header, request.model_dump()),
            headers=self._messages.http_headers(operation),
            judge=judge,
        )

    def _judge(
        self, operation: str, came_back: Reply | Exception, returns: type[Answer]
    ) -> Confirmed[Answer] | Failed:
        """What is neither 200 nor 500 has not come from the service, but from what stands before it."""
        if isinstance(came_back, Exception) or came_back.status not in {
            HTTPStatus.OK,
            HTTPStatus.INTERNAL_SERVER_ERROR,
        }:
            return classify(came_back, returns)
        said = self._messages.read(operation, came_back)
        if said is None:
            return _unreadable(came_back, "what is no message of the service")
        if said.fault:
            return _refusal(said.fault)
        try:
            return Confirmed(returns.model_validate(said.fields))
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, found["loc"])) for found in error.errors())
            return _unreadable(came_back, f"a message that is not as promised: {clean(wrong)}")


def _refusal(fault: Fault) -> Failed:
    outcome, retry, kind = _row(fault)
    said = f" ({fault.problem.text})" if fault.problem.text else ""
    return Failed(
        outcome, kind, f"answered with the fault {clean(fault.code) or 'without a code'}{said}", retry
    )


def _unreadable(reply: Reply, what: str) -> Failed:
    outcome, retry, kind = SERVER_FAILED if reply.status != HTTPStatus.OK else RESPONSE_INVALID
    return Failed(outcome, kind, f"answered {reply.status} with {what}", retry)


def _row(fault: Fault) -> Row:
    """`Client.Authentication` is a code of its own, and any other `Client.…` is a `Client`."""
    said = fault.problem.failure_type
    row = CODES.get(said or "") or FAULTS.get(fault.code) or FAULTS.get(fault.code.partition(".")[0])
    if row is None:
        return SERVER_FAILED
    return row._replace(type=said) if said and row.type == REFUSED else row
