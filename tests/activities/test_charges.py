"""Charges at both providers against the real services: do, undo, and what a look-up says of it."""

from decimal import Decimal

import pytest

from models.charges import Charge, ChargeRefund, ChargeRequest
from tests.activities.calling import Verdict, verdict
from tests.activities.offered import Offered, new_step, undoing
from tests.standins import StandIns

CHARGE = ChargeRequest(
    subscription_id="S-1", amount=Decimal("19.00"), currency="EUR", payment_method="tok_visa"
)
OPERATIONS = {"payments": "chargePayment", "backup_payments": "chargeAtBackup"}

pytestmark = pytest.mark.parametrize("provider", OPERATIONS)


async def test_a_charge_is_found_and_refunded(offered: Offered, stand_ins: StandIns, provider: str) -> None:
    """Look-up and refund find it by the step's key; then there is none any more."""
    step = new_step()
    made = await offered.run(f"{provider}.charge_payment", CHARGE, step=step)
    found = await offered.run(f"{provider}.find_charge", CHARGE, step=step)
    undone = await offered.run(f"{provider}.refund_charge", CHARGE, step=undoing(step))

    assert isinstance(made, Charge)
    assert (CHARGE.amount, made) == (made.amount, found)
    assert ChargeRefund(id=made.id, status="refunded") == undone
    assert await offered.run(f"{provider}.find_charge", CHARGE, step=step) is None
    assert [] == await stand_ins.open_effects()


async def test_another_key_finds_nothing(offered: Offered, provider: str) -> None:
    """The charge of another step is not taken for this one's."""
    await offered.run(f"{provider}.charge_payment", CHARGE)

    assert await offered.run(f"{provider}.find_charge", CHARGE, step=new_step()) is None


async def test_a_lost_answer_is_found(offered: Offered, stand_ins: StandIns, provider: str) -> None:
    """The charge whose answer was lost is there."""
    step = new_step()
    await stand_ins.faults.add(OPERATIONS[provider], "malformed")
    failure = await offered.failure(f"{provider}.charge_payment", CHARGE, step=step)
    found = await offered.run(f"{provider}.find_charge", CHARGE, step=step)

    assert Verdict("unknown", "ResponseInvalid", retry=False) == verdict(failure)
    assert isinstance(found, Charge)


async def test_while_it_is_being_made_nothing_is_said(
    offered: Offered, stand_ins: StandIns, provider: str
) -> None:
    """A request that still runs may charge in a moment: the look-up fails, and is to be tried again."""
    step = new_step()
    await stand_ins.faults.add(OPERATIONS[provider], "hold_before_effect")
    await offered.failure(f"{provider}.charge_payment", CHARGE, step=step)
    failure = await offered.failure(f"{provider}.find_charge", CHARGE, step=step)
    await stand_ins.release()

    assert verdict(failure).retry
    assert "KeyInProgress" == failure.type


async def test_without_a_charge_there_is_nothing_to_refund(offered: Offered, provider: str) -> None:
    """The undo succeeds, and a charge that comes after it is refused."""
    step = new_step()
    undone = await offered.run(f"{provider}.refund_charge", CHARGE, step=undoing(step))
    late = await offered.failure(f"{provider}.charge_payment", CHARGE, step=step)

    assert ChargeRefund(id=None, status="nothing_to_refund") == undone
    assert Verdict("refused", "AlreadyCompensated", retry=False) == verdict(late)
