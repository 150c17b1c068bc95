"""The preferences: reads how a customer wants to be treated."""

from temporalio import activity

from activities.http import Downstream
from models.customers import CustomerQuery, Preferences


class CustomerPreferences:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="preferences.get_preferences")
    async def get_preferences(self, query: CustomerQuery) -> Preferences | None:
        return await self._downstream.read(
            "/customers/{customer_id}", params={"customer_id": query.customer_id}, returns=Preferences
        )
