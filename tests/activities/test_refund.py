"""A flow that takes the money before it is done, and gives it back when it fails."""

import asyncio
from decimal import Decimal

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import Worker

from models.payments import PaymentRequest
from tests.activities.flows import PaidAtOnce
from tests.activities.offered import offered_by
from tests.standins import StandIns

PAYMENT = PaymentRequest(order_id="A-1", amount=Decimal("12.50"), currency="EUR", payment_method="tok_visa")


async def test_what_was_captured_is_given_back(client: Client, task_queue: str, stand_ins: StandIns) -> None:
    """The refund is the capture's undo, with the capture's input; after it there is no authorization to void."""
    async with (
        offered_by(stand_ins) as offered,
        Worker(
            client,
            task_queue=task_queue,
            workflows=[PaidAtOnce],
            activities=list(offered.activities.values()),
        ),
    ):
        with pytest.raises(WorkflowFailureError):
            async with asyncio.timeout(30):  # an undo that is refused would wait for a person
                await client.execute_workflow(
                    PaidAtOnce.run, PAYMENT, id=f"paid-{task_queue}", task_queue=task_queue
                )

    assert [] == await stand_ins.open_effects()
    assert ["authorizePayment", "capturePayment"] == [
        effect.operation for effect in await stand_ins.effects()
    ]
