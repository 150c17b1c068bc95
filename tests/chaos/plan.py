"""Draws what will happen from a seed: the orders, what people do about them, and what goes wrong."""

from random import Random
from typing import Literal, NamedTuple

from services.backstage.faults import FaultKind

Person = Literal["approve", "reject", "cancel", "nobody"]

FORWARD = ("reserveInventory", "authorizePayment", "createShipment")
UNDO = ("releaseInventory", "voidPayment", "cancelShipment")
BEYOND = ("capturePayment", "sendNotification")

PASSING = (
    FaultKind.ERROR,
    FaultKind.UNAVAILABLE,
    FaultKind.THROTTLE,
    FaultKind.SLOW,
    FaultKind.EFFECT_THEN_TIMEOUT,
    FaultKind.EFFECT_THEN_DROP,
    FaultKind.DROP_CONNECTION,
)
"""Retried by themselves."""

DECISIVE = (FaultKind.REFUSE, FaultKind.MALFORMED, FaultKind.UNAUTHORIZED)
"""End a step at once: the order is undone, or a person is needed."""


class PlannedFault(NamedTuple):
    operation: str
    kind: FaultKind
    times: int
    order_id: str | None
    """Only this order's call; None for whichever comes first."""

    @property
    def seconds(self) -> float | None:
        return 0.3 if self.kind is FaultKind.SLOW else None

    @property
    def problem(self) -> dict[str, str | int]:
        limited = (FaultKind.UNAVAILABLE, FaultKind.THROTTLE)
        return {"retry_after": 1} if self.kind in limited else {}


class PlannedOrder(NamedTuple):
    order_id: str
    country: str
    payment_method: str
    quantity: int
    person: Person
    faults: tuple[PlannedFault, ...]


def draw(random: Random, count: int) -> list[PlannedOrder]:
    """The orders of one run."""
    return [_order(random, f"chaos-{number}") for number in range(count)]


def _order(random: Random, order_id: str) -> PlannedOrder:
    person: Person = random.choices(("nobody", "approve", "reject", "cancel"), weights=(80, 10, 4, 6))[0]
    return PlannedOrder(
        order_id=order_id,
        country=random.choices(("DE", "AQ"), weights=(85, 15))[0],
        payment_method=random.choices(("tok_visa", "tok_declined"), weights=(92, 8))[0],
        quantity=100 if person in ("approve", "reject") else 1,
        person=person,
        faults=tuple(_fault(random, order_id) for _ in range(random.choice((0, 0, 1, 1, 2, 3)))),
    )


def _fault(random: Random, order_id: str) -> PlannedFault:
    operation = random.choice(FORWARD * 2 + UNDO * 2 + BEYOND)
    kind = random.choice(PASSING * 3 + DECISIVE)
    own = None if operation in BEYOND else order_id
    return PlannedFault(operation, kind, times=random.choice((1, 1, 2, 3)), order_id=own)
