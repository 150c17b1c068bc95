"""What a stand-in is told to do to a call, for each kind of disturbance."""

from collections.abc import Mapping
from typing import NamedTuple

from crash_kit.cases import Event, Kind
from crash_kit.plan import Target
from crash_kit.stand_ins import Fault

TOLD_TO_WAIT = 3
"""Seconds of Retry-After: more than the worker's cap, so that the flow waits durably."""

CALLS_OF_AN_OUTAGE = 3
"""How many meet an error where the flow tries without end."""


class Script(NamedTuple):
    fault: str
    times: int | None
    retry_after: int | None = None


SCRIPTS: Mapping[Kind, Script] = {
    Kind.KILL_BEFORE: Script("hold_before_effect", 1),
    Kind.KILL_AFTER: Script("hold_after_effect", 1),
    Kind.KILL_BETWEEN: Script("hold_after_effect", 1),
    Kind.REFUSED: Script("refuse", None),
    Kind.UNAUTHORIZED: Script("unauthorized", None),
    Kind.ERROR: Script("error", None),
    Kind.MALFORMED: Script("malformed", None),
    Kind.TIMEOUT: Script("effect_then_timeout", 1),
    Kind.DROPPED: Script("drop_connection", 1),
    Kind.THROTTLED: Script("throttle", 1, retry_after=1),
    Kind.CANCEL_BEFORE: Script("hold_before_effect", 1),
    Kind.CANCEL_AFTER: Script("hold_after_effect", 1),
    Kind.CANCEL_WAITING: Script("throttle", 1, retry_after=TOLD_TO_WAIT),
}
HELD: Mapping[Kind, str] = {
    kind: script.fault.replace("hold", "held") for kind, script in SCRIPTS.items() if "hold" in script.fault
}
"""The state of a call that is held."""


def fault_of(event: Event, target: Target, *, flow: str) -> Fault:
    """The fault for this one call of this one flow."""
    kind, times, retry_after = SCRIPTS[event.kind]
    return Fault(
        service=target.service,
        operation=target.operation,
        kind=kind,
        times=CALLS_OF_AN_OUTAGE if event.kind is Kind.ERROR and target.attempts == 0 else times,
        match={"correlation_id": flow, "occurrence": target.occurrence},
        retry_after=retry_after,
    )
