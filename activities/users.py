"""The users: asked who may subscribe."""

from temporalio import activity

from activities.http import Downstream
from models.users import UserCheck, ValidUser


class Users:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="users.validate_user")
    async def validate_user(self, request: UserCheck) -> ValidUser:
        """Has no effect. Refused with `UserUnknown` or `UserBlocked`."""
        return await self._downstream.call("/validations", request, returns=ValidUser)
