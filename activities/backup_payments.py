"""The backup payments: a second provider, for what the first one does not charge."""

from temporalio import activity

from activities.http import Downstream
from models.charges import Charge, ChargeRefund, ChargeRequest
from saga.headers import current_step


class BackupPayments:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="backup_payments.charge_payment")
    async def charge_payment(self, request: ChargeRequest) -> Charge:
        """Take the amount at once. Refused with `PaymentRefused`."""
        return await self._downstream.call("/charges", request, returns=Charge)

    @activity.defn(name="backup_payments.refund_charge")
    async def refund_charge(self, request: ChargeRequest) -> ChargeRefund:
        """Undo `charge_payment`; succeeds when there is nothing to refund."""
        return await self._downstream.call("/charges/refund", request, returns=ChargeRefund)

    @activity.defn(name="backup_payments.find_charge")
    async def find_charge(self, request: ChargeRequest) -> Charge | None:
        """What `charge_payment` has done under the step's key; fails while the provider is still at it."""
        del request  # of one subscription there may be several, so only the key will do
        return await self._downstream.read("/charges", params={"key": current_step().key}, returns=Charge)
