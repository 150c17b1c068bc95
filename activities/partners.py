"""The partners: deliver messages to them, and recall them."""

from temporalio import activity

from activities.http import Downstream
from models.partners import Delivered, Delivery, DeliveryRecall


class Partners:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="partners.deliver_message")
    async def deliver_message(self, delivery: Delivery) -> Delivered:
        """Hand a message over to one partner. Refused with `PartnerRefused`."""
        return await self._downstream.call("/messages", delivery, returns=Delivered)

    @activity.defn(name="partners.recall_message")
    async def recall_message(self, delivery: Delivery) -> DeliveryRecall:
        """Undo `deliver_message`; succeeds when there is nothing to recall."""
        return await self._downstream.call("/messages/recall", delivery, returns=DeliveryRecall)

    @activity.defn(name="partners.find_delivery")
    async def find_delivery(self, delivery: Delivery) -> Delivered | None:
        """What the partner has of this message."""
        wanted = {"partner": delivery.partner, "message_id": delivery.message_id}
        return await self._downstream.read("/messages", params=wanted, returns=Delivered)
