"""Subscriptions to play, and what goes wrong with them."""

from collections import Counter
from decimal import Decimal

from models.subscription import Subscription
from services.backstage.calls import Call
from services.backstage.faults import FaultKind
from tests.workflows.playing import Handle, Playing

FLOW = "subscription"


BOTH = Counter(["chargePayment", "provisionWorkspace"])


ALL = BOTH + Counter(["sendNotification"])


def subscription(
    name: str, *, user: str = "U-1", plan: str = "team", method: str = "tok_visa", domain: str = "example.com"
) -> Subscription:
    """One with an e-mail address of its own."""
    return Subscription(
        subscription_id=name,
        user_id=user,
        email=f"{name}@{domain}",
        plan=plan,
        price=Decimal("49.00"),
        currency="EUR",
        payment_method=method,
    )


async def go_wrong(
    playing: Playing, operation: str, kind: FaultKind, asked: Subscription, *, times: int | None = 1
) -> None:
    """For this subscription alone."""
    match = (
        {"recipient": asked.email}
        if operation == "sendNotification"
        else {"subscription_id": asked.subscription_id}
    )
    await playing.stand_ins.faults.add(operation, kind, times=times, match=match)


async def calls_of(playing: Playing, handle: Handle, operation: str) -> list[Call]:
    return await playing.stand_ins.calls(operation=operation, correlation_id=handle.id)
