"""The accounts: opens them, and deletes them."""

from temporalio import activity

from activities.http import Downstream
from models.accounts import Account, AccountDeletion, AccountRequest


class Accounts:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="accounts.create_account")
    async def create_account(self, request: AccountRequest) -> Account:
        """Open an account. Refused with `EmailTaken`."""
        return await self._downstream.call("/accounts", request, returns=Account)

    @activity.defn(name="accounts.delete_account")
    async def delete_account(self, request: AccountRequest) -> AccountDeletion:
        """Undo `create_account`; succeeds when there is nothing to delete."""
        return await self._downstream.call("/accounts/delete", request, returns=AccountDeletion)
