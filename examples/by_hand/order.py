"""The plan of `workflows/order.py` with the saga's parts by hand: try, except and else in place of `async with`."""

from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from activities.inventory import Inventory
    from activities.notifications import Notifications
    from activities.ops import Ops
    from activities.payments import Payments
    from activities.shipping import Shipping
    from models.order import Order, OrderResult
    from workflows.order import (
        APPROVAL_DEADLINE,
        APPROVAL_LIMIT,
        SLA,
        approval_summary,
        capture_request,
        confirmation,
        payment_request,
        result,
        shipment_request,
        stock_request,
    )


@workflow.defn(name="order-by-hand")
class OrderByHand:
    def __init__(self) -> None:
        self.saga = Saga(sla=SLA, announce=Ops.tell)

    @workflow.run
    async def run(self, order: Order) -> OrderResult:
        saga = self.saga
        try:
            reservation = await saga.execute_activity(
                Inventory.reserve_stock, stock_request(order), compensation=Inventory.release_stock
            )
            if order.total > APPROVAL_LIMIT:
                await saga.approval(
                    "large-order", summary=approval_summary(order), deadline=APPROVAL_DEADLINE
                )
            payment = await saga.execute_activity(
                Payments.authorize_payment, payment_request(order), compensation=Payments.void_payment
            )
            shipment = await saga.execute_activity(
                Shipping.create_shipment,
                shipment_request(order, reservation_id=reservation.id),
                compensation=Shipping.cancel_shipment,
            )
        except BaseException as error:
            await saga.compensate(error)
            raise
        else:
            saga.point_of_no_return()
        await saga.execute_activity(Payments.capture_payment, capture_request(order, payment_id=payment.id))
        await saga.execute_activity(
            Notifications.send_notification, confirmation(order, tracking_id=shipment.tracking_id)
        )
        return result(order, reservation, payment, shipment)
