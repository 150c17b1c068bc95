"""A provider that knows a reference in place of our headers takes the stand-in's place."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.endpoint import Endpoint
from activities.http import Downstream
from activities.inventory import Inventory
from activities.shipping import Shipping
from examples.real_service import Payments
from tests.crash.orders import order, start
from tests.docs.provider import Provider, running_provider
from tests.endings import end_of
from tests.standins import StandIns
from workflows.order import OrderWorkflow

TASK_QUEUE = "real-service"


@pytest.fixture(scope="module")
async def provider() -> AsyncIterator[Provider]:
    async with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
async def served(client: Client, stand_ins: StandIns, provider: Provider) -> AsyncIterator[Client]:
    """A worker whose payments are the provider's."""
    async with (
        Downstream("inventory", Endpoint(url=f"{stand_ins.url}/inventory")) as goods,
        Downstream("shipping", Endpoint(url=f"{stand_ins.url}/shipping")) as carrier,
        Downstream("payments", Endpoint(url=provider.url)) as money,
    ):
        inventory, shipping, payments = Inventory(goods), Shipping(carrier), Payments(money)
        activities: list[Callable[..., Awaitable[object]]] = [
            *(inventory.reserve_stock, inventory.release_stock),
            *(payments.authorize_payment, payments.void_payment),
            *(shipping.create_shipment, shipping.cancel_shipment),
        ]
        async with Worker(client, task_queue=TASK_QUEUE, workflows=[OrderWorkflow], activities=activities):
            yield client


@pytest.mark.parametrize(("garbles", "ends"), [(False, "AddressNotServed"), (True, "ResponseInvalid")])
async def test_what_was_charged_is_reversed_by_its_reference(
    garbles: bool,  # noqa: FBT001
    ends: str,
    served: Client,
    stand_ins: StandIns,
    provider: Provider,
) -> None:
    """A later step is refused, or the charge's own answer cannot be read: no charge is left, nor anything else."""
    provider.garbles = garbles
    placed = order(f"real-service-{ends}", country="AQ")
    handle = await start(served, placed, TASK_QUEUE)

    assert await end_of(handle) == ends
    assert provider.charges == {}
    assert len(provider.reversed) == 1 + garbles
    assert await stand_ins.open_effects(correlation_id=handle.id) == []
