"""The order's calls as plain activities: one POST each, a key, a validated answer, and a refusal that is final."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

import httpx
from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from models.inventory import Reservation, StockRelease, StockRequest
from models.notifications import Message, Receipt
from models.payments import Authorization, AuthorizationVoid, Capture, CaptureRequest, PaymentRequest
from models.shipping import Shipment, ShipmentRequest

Answer = TypeVar("Answer", bound=BaseModel)


class Clients(Protocol):
    """Gives a client for one call: a pooled one, or a new one."""

    def __call__(self) -> AbstractAsyncContextManager[httpx.AsyncClient]: ...


class Calls:
    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    @activity.defn
    async def reserve_stock(self, request: StockRequest) -> Reservation:
        return await self._post("/inventory/reservations", request, returns=Reservation)

    @activity.defn
    async def release_stock(self, request: StockRequest) -> StockRelease:
        return await self._post("/inventory/reservations/release", request, returns=StockRelease)

    @activity.defn
    async def authorize_payment(self, request: PaymentRequest) -> Authorization:
        return await self._post("/payments/authorizations", request, returns=Authorization)

    @activity.defn
    async def void_payment(self, request: PaymentRequest) -> AuthorizationVoid:
        return await self._post("/payments/authorizations/void", request, returns=AuthorizationVoid)

    @activity.defn
    async def create_shipment(self, request: ShipmentRequest) -> Shipment:
        query = {"reservationId": request.reservation_id}
        return await self._post("/shipping/shipments", request, returns=Shipment, query=query)

    @activity.defn
    async def capture_payment(self, request: CaptureRequest) -> Capture:
        return await self._post("/payments/captures", request, returns=Capture)

    @activity.defn
    async def send_notification(self, request: Message) -> Receipt:
        return await self._post("/notifications/messages", request, returns=Receipt)

    async def _post(
        self,
        path: str,
        request: BaseModel,
        *,
        returns: type[Answer],
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        info = activity.info()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{info.workflow_run_id}-{info.activity_id}",
        }
        async with self._clients() as client:
            answer = await client.post(
                path,
                content=request.model_dump_json(exclude={"reservation_id"}),
                headers=headers,
                params=query,
            )
        if answer.is_client_error:
            raise _refused(answer)
        return returns.model_validate_json(answer.raise_for_status().content)


def _refused(answer: httpx.Response) -> ApplicationError:
    """Named after the last part of the problem's type, as ours are; benign, so that it costs no traceback."""
    words = str(answer.json()["type"]).rpartition(":")[2].split("-")
    return ApplicationError(
        answer.text,
        type="".join(map(str.capitalize, words)),
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )
