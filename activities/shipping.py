"""The shipping: creates shipments of reserved stock, and cancels them."""

from temporalio import activity

from activities.http import Downstream
from models.shipping import Shipment, ShipmentCancellation, ShipmentRequest


class Shipping:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="shipping.create_shipment")
    async def create_shipment(self, request: ShipmentRequest) -> Shipment:
        """Send the reserved items to the address. Refused with `AddressNotServed`."""
        return await self._downstream.call(
            "/shipments", request, in_query={"reservation_id": "reservationId"}, returns=Shipment
        )

    @activity.defn(name="shipping.cancel_shipment")
    async def cancel_shipment(self, request: ShipmentRequest) -> ShipmentCancellation:
        """Undo `create_shipment`; succeeds when there is nothing to cancel."""
        return await self._downstream.call(
            "/shipments/cancel",
            request,
            in_query={"reservation_id": "reservationId"},
            returns=ShipmentCancellation,
        )
