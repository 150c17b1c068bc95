"""The verdict on the orders that have gone through the topology."""

from datetime import UTC, datetime

import pytest

from deploy.native.verdict import OF_A_COMPLETED_ORDER, Verdict, judge
from services.backstage.ledger import Effect, EffectState

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def effect(operation: str, order: str, *, state: str = "open", calls: int = 1, key: str = "k") -> Effect:
    return Effect(
        service="any",
        operation=operation,
        resource_id=f"{operation}-1",
        key=f"{key}-{operation}-{order}",
        correlation_id=order,
        state=EffectState(state),
        calls=calls,
        at=NOW,
    )


def effects_of(order: str) -> list[Effect]:
    return [effect(operation, order) for operation in OF_A_COMPLETED_ORDER]


def test_completed_orders_with_each_effect_once_are_as_they_have_to_be() -> None:
    """Nothing is found wrong, and the table counts what was made."""
    verdict = judge(
        {"order-1": "completed", "order-2": "completed"}, effects_of("order-1") + effects_of("order-2")
    )

    assert verdict.ok
    assert {(2, 2, 0, 0)} == {(t.effects, t.open, t.undone, t.repeated) for t in verdict.tallies}


def test_a_call_that_was_made_again_is_no_second_effect() -> None:
    """It is counted as repeated, and is as it has to be."""
    again = effect("sendNotification", "order-1", calls=3)
    verdict = judge({"order-1": "completed"}, [*effects_of("order-1")[:-1], again])

    assert verdict.ok
    assert [2] == [tally.repeated for tally in verdict.tallies if tally.operation == "sendNotification"]


@pytest.mark.parametrize(
    ("end", "effects", "problem"),
    [
        ("PaymentRefused", [], "order-1 ended PaymentRefused"),
        (
            "PaymentRefused",
            [effect("capturePayment", "order-1")],
            "capturePayment of order-1 (capturePayment-1) is open, and its order did not complete",
        ),
        (
            "completed",
            [*effects_of("order-1"), effect("capturePayment", "order-1", key="other")],
            "capturePayment of order-1 was made 2 times",
        ),
        (
            "completed",
            effects_of("order-1")[1:],
            "reserveInventory of order-1 is missing, and the order completed",
        ),
        (
            "completed",
            [effect("reserveInventory", "order-1", state="undone"), *effects_of("order-1")[1:]],
            "reserveInventory of order-1 is missing, and the order completed",
        ),
    ],
    ids=["not completed", "unowned", "duplicate", "missing", "undone"],
)
def test_what_is_wrong_is_said(end: str, effects: list[Effect], problem: str) -> None:
    """An order that does not complete, and an effect that is unowned, doubled, missing or undone."""
    verdict: Verdict = judge({"order-1": end}, effects)

    assert not verdict.ok
    assert problem in verdict.problems
