"""The marketing: keeps a profile of what the owner of an account wants to hear of."""

from temporalio import activity

from activities.http import Downstream
from models.marketing import MarketingProfile, MarketingProfileRequest


class Marketing:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="marketing.create_profile")
    async def create_profile(self, request: MarketingProfileRequest) -> MarketingProfile:
        """Make the profile of an account. Refused with `MarketingProfileExists`."""
        return await self._downstream.call("/profiles", request, returns=MarketingProfile)
