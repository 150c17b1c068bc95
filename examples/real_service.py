"""The payments of a provider that knows a reference of the caller's, and undoes by it. It takes a stand-in's place."""

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.http import Downstream
from models.payments import Authorization, AuthorizationVoid, PaymentRequest
from saga.headers import current_step


class Charge(BaseModel):
    """The provider's words, not ours."""

    merchant_reference: str
    cents: int
    currency: str
    source: str


class ChargeMade(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    charge_id: str


class Reversal(BaseModel):
    merchant_reference: str


class ReversalMade(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    charge_id: str | None


class Payments:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="payments.authorize_payment")
    async def authorize_payment(self, request: PaymentRequest) -> Authorization:
        charge = Charge(
            merchant_reference=current_step().key,
            cents=int(request.amount * 100),
            currency=request.currency,
            source=request.payment_method,
        )
        made = await self._downstream.call("/charges", charge, returns=ChargeMade)
        return Authorization(
            id=made.charge_id,
            order_id=request.order_id,
            amount=request.amount,
            currency=request.currency,
            status="authorized",
        )

    @activity.defn(name="payments.void_payment")
    async def void_payment(self, request: PaymentRequest) -> AuthorizationVoid:
        """The answer to the charge may have been lost, so its id may be unknown: the reference is known."""
        del request
        reversal = Reversal(merchant_reference=current_step().compensates or "")
        gone = await self._downstream.call("/reversals", reversal, returns=ReversalMade)
        return AuthorizationVoid(id=gone.charge_id, status="voided" if gone.charge_id else "nothing_to_void")
