"""A flow in Python that runs a document as one of its steps."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.client import Client

from arazzo.run_input import RunInput
from examples.arazzo.gift import Gift, GiftWorkflow
from tests.arazzo.examples import input_of, plan_of
from tests.endings import end_of
from tests.standins import StandIns
from tests.workflows.conftest import serving
from tests.workflows.playing import Handle, Playing

QUEUE = "flows-with-gifts"


@pytest.fixture(scope="module", name="gifts")
async def _gifts(client: Client, stand_ins: StandIns) -> AsyncIterator[Playing]:
    async with serving(client, stand_ins, task_queue=QUEUE, more=[GiftWorkflow]):
        yield Playing(client, stand_ins, QUEUE)


async def given(playing: Playing, order: str, recipient: str) -> Handle:
    plan = plan_of("order-with-code")
    inputs = input_of("order-with-code") | {"orderId": order}
    placing = RunInput(plan=plan, inputs=inputs, servers={"shop": playing.stand_ins.url})
    gift = Gift(order=placing, giver="Charles Babbage", recipient=recipient)
    return await playing.client.start_workflow("gift", gift, id=f"gift-{uuid4()}", task_queue=QUEUE)


async def test_it_goes_through(gifts: Playing) -> None:
    """The outputs of the document are what its step gives."""
    handle = await given(gifts, "G-1", "ada@example.com")

    assert "completed" == await end_of(handle)
    assert str(await handle.result()).startswith("TRK")
    expected = {"reserveInventory": 1, "authorizePayment": 1, "createShipment": 1, "sendNotification": 1}
    assert expected == await gifts.open(handle)


async def test_a_later_step_fails(gifts: Playing) -> None:
    """All that the document did is undone, newest first, by calls and by code."""
    handle = await given(gifts, "G-2", "ada@example.invalid")

    assert "RecipientRefused" == await end_of(handle)
    undone = ["cancelShipment", "voidPayment", "releaseInventory"]
    assert undone == (await gifts.operations(handle))[-3:]
    assert not await gifts.open(handle)
