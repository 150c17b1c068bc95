"""The payments: authorise and void, then capture and refund; or charge at once."""

from temporalio import activity

from activities.http import Downstream
from models.charges import Charge, ChargeRefund, ChargeRequest
from models.payments import (
    Authorization,
    AuthorizationVoid,
    Capture,
    CaptureRequest,
    PaymentRequest,
    Refund,
)
from models.transfers import Transfer, TransferRequest
from saga.headers import current_step


class Payments:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="payments.authorize_payment")
    async def authorize_payment(self, request: PaymentRequest) -> Authorization:
        """Hold the amount on the customer's account. Refused with `PaymentRefused`."""
        return await self._downstream.call("/authorizations", request, returns=Authorization)

    @activity.defn(name="payments.void_payment")
    async def void_payment(self, request: PaymentRequest) -> AuthorizationVoid:
        """Undo `authorize_payment`; succeeds when there is nothing to void."""
        return await self._downstream.call("/authorizations/void", request, returns=AuthorizationVoid)

    @activity.defn(name="payments.capture_payment")
    async def capture_payment(self, request: CaptureRequest) -> Capture:
        """Take the amount that was authorised."""
        return await self._downstream.call("/captures", request, returns=Capture)

    @activity.defn(name="payments.refund_payment")
    async def refund_payment(self, request: CaptureRequest) -> Refund:
        """Undo `capture_payment`; succeeds when there is nothing to refund. As a step it gives back what it is told."""
        return await self._downstream.call("/refunds", request, returns=Refund)

    @activity.defn(name="payments.charge_payment")
    async def charge_payment(self, request: ChargeRequest) -> Charge:
        """Take the amount at once. Refused with `PaymentRefused`."""
        return await self._downstream.call("/charges", request, returns=Charge)

    @activity.defn(name="payments.refund_charge")
    async def refund_charge(self, request: ChargeRequest) -> ChargeRefund:
        """Undo `charge_payment`; succeeds when there is nothing to refund."""
        return await self._downstream.call("/charges/refund", request, returns=ChargeRefund)

    @activity.defn(name="payments.find_charge")
    async def find_charge(self, request: ChargeRequest) -> Charge | None:
        """What `charge_payment` has done under the step's key; fails while the provider is still at it."""
        del request  # of one subscription there may be several, so only the key will do
        return await self._downstream.read("/charges", params={"key": current_step().key}, returns=Charge)

    @activity.defn(name="payments.transfer_payment")
    async def transfer_payment(self, request: TransferRequest) -> Transfer:
        """Send money to somebody else's account: nothing brings it back. Refused with `AccountClosed`."""
        return await self._downstream.call("/transfers", request, returns=Transfer)
