"""The profiles: reads who a customer is."""

from temporalio import activity

from activities.http import Downstream
from models.customers import CustomerQuery, Profile


class Profiles:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="profiles.get_profile")
    async def get_profile(self, query: CustomerQuery) -> Profile | None:
        return await self._downstream.read(
            "/customers/{customer_id}", params={"customer_id": query.customer_id}, returns=Profile
        )
