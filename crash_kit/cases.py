"""What can be done to a flow, and where; a case is written `cancel_after:createShipment/refused:voidPayment`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from crash_kit.refusals import CannotRehearse

START = "start"
INCIDENT = "incident"
RETRY = "retry"


class Kind(StrEnum):
    """One way in which a flow is disturbed; most are meant for each of its calls."""

    KILL_BEFORE = "kill_before"
    """The worker is killed inside the call, before its effect."""
    KILL_AFTER = "kill_after"
    """As above, when the effect is made and not yet answered."""
    KILL_BETWEEN = "kill_between"
    """The worker is killed when the step is done and the next one has not begun."""
    KILL_WAITING = "kill_waiting"
    """The worker is killed while the flow waits for a person."""
    REFUSED = "refused"
    """The service refuses, each time."""
    UNAUTHORIZED = "unauthorized"
    """The service does not accept our credentials."""
    ERROR = "error"
    """The service answers 500 until the attempts are used up."""
    MALFORMED = "malformed"
    """The effect is made, and the answer is not what was promised."""
    TIMEOUT = "timeout"
    """The effect is made, and the answer does not come in time, once."""
    DROPPED = "dropped"
    """The connection is closed without effect and answer, once."""
    THROTTLED = "throttled"
    """The service answers 429 with Retry-After, once."""
    CANCEL_BEFORE = "cancel_before"
    """The flow is cancelled inside the call, before its effect."""
    CANCEL_AFTER = "cancel_after"
    """As above, when the effect is made."""
    CANCEL_WAITING = "cancel_waiting"
    """The flow is cancelled while it waits: for a person, or because a service told it to come back later."""


KILLS = frozenset({Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.KILL_BETWEEN, Kind.KILL_WAITING})
CANCELS = frozenset({Kind.CANCEL_BEFORE, Kind.CANCEL_AFTER, Kind.CANCEL_WAITING})
PASSING = frozenset({Kind.TIMEOUT, Kind.DROPPED, Kind.THROTTLED})
"""Over by themselves: the flow has to end as if nothing had happened."""

INSIDE_A_CALL = frozenset({Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.CANCEL_BEFORE, Kind.CANCEL_AFTER})
OF_A_CALL = (
    *(Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.REFUSED, Kind.UNAUTHORIZED, Kind.ERROR, Kind.MALFORMED),
    *(Kind.TIMEOUT, Kind.DROPPED, Kind.THROTTLED, Kind.CANCEL_BEFORE, Kind.CANCEL_AFTER),
)


class Event(NamedTuple):
    """One disturbance. `at` is a call, `start`, `incident`, `approval:NAME` or `retry:CALL`."""

    kind: Kind
    at: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.at}"

    @property
    def call(self) -> str | None:
        """The call that it is about, if it is about one."""
        kind, _, name = self.at.partition(":")
        if self.at in (START, INCIDENT) or (name and kind != RETRY):
            return None
        return name or self.at

    @classmethod
    def parse(cls, text: str) -> Self:
        kind, _, at = text.partition(":")
        if not at or kind not in set(Kind):
            raise CannotRehearse(
                f"{text!r} is no disturbance: one is KIND:CALL, as in refused:createShipment."
            )
        return cls(Kind(kind), at)


@dataclass(frozen=True)
class Case:
    """Disturbances of one run. The last one is what the case is about; those before it lead there."""

    events: tuple[Event, ...] = ()

    def __str__(self) -> str:
        return "/".join(map(str, self.events)) or "undisturbed"

    @property
    def kind(self) -> Kind | None:
        return self.events[-1].kind if self.events else None

    @property
    def scene(self) -> "Case":
        """The same run without its last disturbance."""
        return Case(self.events[:-1])

    @property
    def kills(self) -> bool:
        return self.kind in KILLS

    def then(self, kind: Kind, at: str) -> "Case":
        """This run, disturbed once more."""
        return Case((*self.events, Event(kind, at)))
