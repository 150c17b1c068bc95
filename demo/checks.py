"""Whether a story ended as told: against the flow's status and against what the services remember."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from demo.stand_ins import Call, Effect
from runtime.status import FlowView
from saga.status import FlowState, StepState


@dataclass(frozen=True)
class Evidence:
    """What is known of one flow when its story is over."""

    view: FlowView
    effects: Sequence[Effect]
    calls: Sequence[Call]

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def open(self) -> list[Effect]:
        return [effect for effect in self.effects if effect.state == "open"]

    @property
    def undone(self) -> list[Effect]:
        return [effect for effect in self.effects if effect.state == "undone"]

    def calls_of(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]


Deviations = Iterator[str]
"""What was not as told, a sentence each."""


def completed(seen: Evidence, *operations: str) -> Deviations:
    """The flow completed, and these are the effects that were made, each once, and none undone."""
    yield from _ended(seen, FlowState.COMPLETED)
    made = Counter(effect.operation for effect in seen.effects)
    if made != Counter(operations):
        yield f"effects were {dict(made)}, not one each of {', '.join(operations)}"
    yield from (f"{effect.operation} was undone" for effect in seen.undone)


def compensated(seen: Evidence, *, because: str, undone: Iterable[str]) -> Deviations:
    """The flow failed with this type, and these steps, newest first, and no others were undone."""
    yield from _ended(seen, FlowState.COMPENSATED)
    if not (seen.view.error or "").startswith(f"{because}:"):
        yield f"the error was {seen.view.error}, not {because}"
    expected = list(undone)
    steps = [s.name for s in reversed(seen.view.steps) if s.status is StepState.COMPENSATED]
    if steps != expected:
        yield f"undone were {steps}, not {expected}"
    yield from (f"{effect.operation} is still open" for effect in seen.open)


def refused(seen: Evidence, *, because: str) -> Deviations:
    """The flow failed with this type before it had done anything."""
    yield from _ended(seen, FlowState.FAILED)
    if not (seen.view.error or "").startswith(f"{because}:"):
        yield f"the error was {seen.view.error}, not {because}"
    yield from (f"{effect.operation} was done" for effect in seen.effects)


def in_order(seen: Evidence, *operations: str) -> Deviations:
    """The services were called in this order."""
    called = [call.operation for call in seen.calls if call.operation in operations]
    if called != list(operations):
        yield f"the services were called as {called}, not as {list(operations)}"


def never_called(seen: Evidence, operation: str) -> Deviations:
    if seen.calls_of(operation):
        yield f"{operation} was called"


def called_again_with_one_effect(seen: Evidence, operation: str) -> Deviations:
    """More than one request, all under one key, and one effect."""
    calls = seen.calls_of(operation)
    keys = {call.key for call in calls}
    if len(calls) < 2:  # noqa: PLR2004 - the first one and its repetition
        yield f"{operation} was called {len(calls)} times, and was to be repeated"
    if len(keys) != 1:
        yield f"{operation} was called under {len(keys)} keys"


def _ended(seen: Evidence, state: FlowState) -> Deviations:
    if seen.view.status is not state:
        yield f"the flow ended {seen.view.status}, not {state}: {seen.view.error}"
