"""The verdict of a chaos run: how each order ended, and what the stand-ins remember of it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from services.backstage.ledger import Effect
from tests.crash.orders import OF_A_COMPLETED_ORDER


class Verdict(BaseModel):
    """Good if every order has ended, no effect is unowned or missing, and none was made twice."""

    seed: int
    orders: int
    ends: dict[str, int]
    killed: dict[str, int]
    faults: int
    decisions: int
    incidents_retried: int
    seconds: float
    stuck: list[str]
    unowned: list[str]
    duplicates: list[str]
    missing: list[str]

    @property
    def good(self) -> bool:
        return not (self.stuck or self.unowned or self.duplicates or self.missing)


def unowned(effects: Iterable[Effect], ends: Mapping[str, str]) -> list[str]:
    """Open effects of orders that have not completed."""
    return [
        f"{effect.correlation_id}: {effect.operation} {effect.resource_id}"
        for effect in effects
        if effect.state == "open" and ends.get(effect.correlation_id or "") != "completed"
    ]


def duplicates(effects: Iterable[Effect]) -> list[str]:
    """Operations that had more than one effect for one order."""
    made = Counter((effect.correlation_id, effect.operation) for effect in effects)
    return [f"{order}: {operation} {count} times" for (order, operation), count in made.items() if count > 1]


def missing(effects: Iterable[Effect], ends: Mapping[str, str]) -> list[str]:
    """Effects that a completed order should have and has not."""
    have = {(effect.correlation_id, effect.operation) for effect in effects if effect.state == "open"}
    return [
        f"{order}: {operation}"
        for order, end in ends.items()
        if end == "completed"
        for operation in OF_A_COMPLETED_ORDER
        if (order, operation) not in have
    ]
