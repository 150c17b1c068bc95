"""Whether all orders completed, and whether the services remember of each what they should, once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from services.backstage.ledger import Effect, EffectState

OF_A_COMPLETED_ORDER = (
    "reserveInventory",
    "authorizePayment",
    "createShipment",
    "capturePayment",
    "sendNotification",
)


class Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Tally(Record):
    """What the services remember of one operation; `repeated` are calls that had been made before."""

    operation: str
    effects: int
    open: int
    undone: int
    repeated: int


class Verdict(Record):
    """`problems` has a sentence for each thing that is not as it has to be."""

    ok: bool
    orders: int
    completed: int
    unowned: int
    duplicates: int
    problems: tuple[str, ...]
    tallies: tuple[Tally, ...]


def judge(ends: Mapping[str, str], effects: Sequence[Effect]) -> Verdict:
    """`ends` has, by workflow id, `completed` or what the flow failed with."""
    completed = {flow for flow, end in ends.items() if end == "completed"}
    unowned = [effect for effect in effects if _is_open(effect) and effect.correlation_id not in completed]
    duplicates = Counter(_made(effect) for effect in effects)
    duplicates.subtract(set(duplicates))
    problems = (
        *(f"{flow} ended {end}" for flow, end in ends.items() if flow not in completed),
        *(f"{_named(effect)} is open, and its order did not complete" for effect in unowned),
        *(f"{made} was made {more + 1} times" for made, more in duplicates.items() if more),
        *_lacking(completed, effects),
    )
    return Verdict(
        ok=not problems,
        orders=len(ends),
        completed=len(completed),
        unowned=len(unowned),
        duplicates=duplicates.total(),
        problems=problems,
        tallies=tuple(_tally(operation, effects) for operation in OF_A_COMPLETED_ORDER),
    )


def _lacking(completed: set[str], effects: Sequence[Effect]) -> Iterator[str]:
    """What a completed order should have led to, and did not, or not any more."""
    there = {_made(effect) for effect in effects if _is_open(effect)}
    for flow in sorted(completed):
        for operation in OF_A_COMPLETED_ORDER:
            if f"{operation} of {flow}" not in there:
                yield f"{operation} of {flow} is missing, and the order completed"


def _made(effect: Effect) -> str:
    return f"{effect.operation} of {effect.correlation_id}"


def _named(effect: Effect) -> str:
    return f"{_made(effect)} ({effect.resource_id})"


def _is_open(effect: Effect) -> bool:
    return effect.state is EffectState.OPEN


def _tally(operation: str, effects: Sequence[Effect]) -> Tally:
    own = [effect for effect in effects if effect.operation == operation]
    open_ = sum(map(_is_open, own))
    return Tally(
        operation=operation,
        effects=len(own),
        open=open_,
        undone=len(own) - open_,
        repeated=sum(effect.calls - 1 for effect in own),
    )
