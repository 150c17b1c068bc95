"""The notifications: messages to people, which nobody can call back."""

from temporalio import activity

from activities.http import Downstream
from models.notifications import Message, Receipt


class Notifications:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="notifications.send_notification")
    async def send_notification(self, message: Message) -> Receipt:
        """Hand a message over for delivery."""
        return await self._downstream.call("/messages", message, returns=Receipt)
