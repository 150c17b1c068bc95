"""What each kind of fault does to a request, before its effect and after it."""

from services.backstage.calls import CallState
from services.backstage.faults import Fault, FaultKind
from services.backstage.holds import ConnectionDropped, Holds
from services.backstage.ledger import Answer
from services.backstage.operations import Operation
from services.backstage.problems import (
    INTERNAL_ERROR,
    THROTTLED,
    UNAUTHORIZED,
    UNAVAILABLE,
    ProblemType,
    Refused,
)

DEFAULT_RETRY_AFTER = 1
DEFAULT_SECONDS = {FaultKind.SLOW: 2.0, FaultKind.EFFECT_THEN_TIMEOUT: 600.0}
MALFORMED_BODY = '{"result": "ok"}'

BEFORE = {FaultKind.SLOW, FaultKind.HOLD_BEFORE_EFFECT}
AFTER = {FaultKind.EFFECT_THEN_TIMEOUT, FaultKind.HOLD_AFTER_EFFECT}


class Misbehaviour:
    """A fault as it happens to one call, or none: then every method lets the call pass."""

    def __init__(self, fault: Fault | None, call_id: int, operation: Operation, holds: Holds) -> None:
        self._fault = fault
        self._call = (call_id, operation.service, operation.operation_id)
        self._operation = operation
        self._holds = holds

    def instead(self) -> None:
        """Raises what the caller gets instead of an effect: Refused or ConnectionDropped."""
        if self._fault is None:
            return
        if self._fault.kind is FaultKind.DROP_CONNECTION:
            raise ConnectionDropped
        problem_type = _problem_type(self._fault, self._operation)
        if problem_type:
            detail = self._fault.detail or "scripted"
            raise Refused(problem_type, detail, headers=_headers(self._fault))

    async def before(self) -> None:
        if self._fault and self._fault.kind in BEFORE:
            await self._hold(self._fault, CallState.HELD_BEFORE_EFFECT)

    async def after(self, answer: Answer) -> Answer:
        """The answer to give; the effect is committed by now."""
        if self._fault is None:
            return answer
        if self._fault.kind is FaultKind.EFFECT_THEN_DROP:
            raise ConnectionDropped
        if self._fault.kind in AFTER:
            await self._hold(self._fault, CallState.HELD_AFTER_EFFECT)
        return Answer(answer.status, MALFORMED_BODY) if self._fault.kind is FaultKind.MALFORMED else answer

    async def _hold(self, fault: Fault, moment: CallState) -> None:
        await self._holds.hold(self._call, moment, fault.seconds or DEFAULT_SECONDS.get(fault.kind))


def _problem_type(fault: Fault, operation: Operation) -> ProblemType | None:
    defaults = {
        FaultKind.REFUSE: operation.refusals[0],
        FaultKind.ERROR: INTERNAL_ERROR,
        FaultKind.UNAVAILABLE: UNAVAILABLE,
        FaultKind.THROTTLE: THROTTLED,
        FaultKind.UNAUTHORIZED: UNAUTHORIZED,
    }
    default = defaults.get(fault.kind)
    if default is None or (fault.type is None and fault.status is None):
        return default
    name = (fault.type or default.name).rpartition(":")[2]
    known = next((refusal for refusal in operation.refusals if refusal.name == name), None)
    title = known.title if known else name.replace("-", " ").capitalize()
    return ProblemType(name, fault.status or (known or default).status, title)


def _headers(fault: Fault) -> dict[str, str]:
    if fault.kind is FaultKind.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}  # RFC 9110 section 15.5.2 requires one
    asks_to_wait = fault.kind in {FaultKind.UNAVAILABLE, FaultKind.THROTTLE}
    retry_after = DEFAULT_RETRY_AFTER if fault.retry_after is None and asks_to_wait else fault.retry_after
    return {} if retry_after is None else {"Retry-After": str(retry_after)}
