"""The order as one writes it by hand, without our engine: the same calls, undone newest first when one fails.

It is a fair one in what it costs, not in what it promises: a step that has timed out is not undone, a cancel
undoes nothing, one failing undo stops the others, nobody can see where it stands, and there is no approval.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityConfig

with workflow.unsafe.imports_passed_through():
    from benchmarks.bare_activities import Calls
    from models.order import Order, OrderResult
    from workflows.order import (
        capture_request,
        confirmation,
        payment_request,
        result,
        shipment_request,
        stock_request,
    )

OPTIONS = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30), retry_policy=RetryPolicy(maximum_attempts=5)
)


@workflow.defn(name="bare-order")
class BareOrder:
    @workflow.run
    async def run(self, order: Order) -> OrderResult:
        undo: list[tuple[Callable[..., Any], Any]] = []
        try:
            stock = stock_request(order)
            reservation = await workflow.execute_activity_method(Calls.reserve_stock, stock, **OPTIONS)
            undo.append((Calls.release_stock, stock))
            debt = payment_request(order)
            payment = await workflow.execute_activity_method(Calls.authorize_payment, debt, **OPTIONS)
            undo.append((Calls.void_payment, debt))
            parcel = shipment_request(order, reservation_id=reservation.id)
            shipment = await workflow.execute_activity_method(Calls.create_shipment, parcel, **OPTIONS)
        except ActivityError:
            for compensation, request in reversed(undo):
                await workflow.execute_activity(compensation, request, **OPTIONS)
            raise
        capture = capture_request(order, payment_id=payment.id)
        await workflow.execute_activity_method(Calls.capture_payment, capture, **OPTIONS)
        message = confirmation(order, tracking_id=shipment.tracking_id)
        await workflow.execute_activity_method(Calls.send_notification, message, **OPTIONS)
        return result(order, reservation, payment, shipment)
