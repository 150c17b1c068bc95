"""Opens the pools of all downstreams and names the activities that a worker offers over them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Protocol

from activities.endpoint import Endpoint
from activities.http import Downstream, Instrument
from activities.inventory import Inventory
from activities.notifications import Notifications
from activities.payments import Payments
from activities.shipping import Shipping

Activity = Callable[..., Awaitable[object]]


class Endpoints(Protocol):
    """What of the settings concerns calls."""

    @property
    def inventory(self) -> Endpoint: ...
    @property
    def payments(self) -> Endpoint: ...
    @property
    def shipping(self) -> Endpoint: ...
    @property
    def notifications(self) -> Endpoint: ...
    @property
    def retry_after_cap(self) -> timedelta: ...


@asynccontextmanager
async def open_activities(
    endpoints: Endpoints, *, instrument: Instrument | None = None
) -> AsyncGenerator[Sequence[Activity]]:
    """All activities, ready for a worker; `instrument` wraps each downstream's transport.

    End it after the worker, which still has calls to finish.
    """
    async with AsyncExitStack() as pools:

        async def open_pool(name: str, endpoint: Endpoint) -> Downstream:
            cap = endpoints.retry_after_cap
            downstream = Downstream(name, endpoint, retry_after_cap=cap, instrument=instrument)
            return await pools.enter_async_context(downstream)

        inventory = Inventory(await open_pool("inventory", endpoints.inventory))
        payments = Payments(await open_pool("payments", endpoints.payments))
        shipping = Shipping(await open_pool("shipping", endpoints.shipping))
        notifications = Notifications(await open_pool("notifications", endpoints.notifications))
        yield [
            inventory.reserve_stock,
            inventory.release_stock,
            payments.authorize_payment,
            payments.void_payment,
            payments.capture_payment,
            payments.refund_payment,
            shipping.create_shipment,
            shipping.cancel_shipment,
            notifications.send_notification,
        ]
