"""The inventory: reserves stock, and releases it."""

from temporalio import activity

from activities.http import Downstream
from models.inventory import Reservation, StockRelease, StockRequest


class Inventory:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="inventory.reserve_stock")
    async def reserve_stock(self, request: StockRequest) -> Reservation:
        """Reserve stock for all items, or for none. Refused with `OutOfStock`."""
        return await self._downstream.call("/reservations", request, returns=Reservation)

    @activity.defn(name="inventory.release_stock")
    async def release_stock(self, request: StockRequest) -> StockRelease:
        """Undo `reserve_stock`; succeeds when there is nothing to release."""
        return await self._downstream.call("/reservations/release", request, returns=StockRelease)
