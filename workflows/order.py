"""Order: reserve stock, authorise the payment, create the shipment; then capture the payment and confirm to the customer.

Until the shipment exists everything can be undone, newest first. From then on the flow only goes forward.
"""

from datetime import timedelta
from decimal import Decimal

from temporalio import workflow

from saga import Escalation, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.inventory import Inventory
    from activities.notifications import Notifications
    from activities.ops import Ops
    from activities.payments import Payments
    from activities.shipping import Shipping
    from models.inventory import Reservation, StockRequest
    from models.notifications import Message
    from models.order import Order, OrderResult
    from models.payments import Authorization, CaptureRequest, PaymentRequest
    from models.shipping import Shipment, ShipmentRequest

VERSION = "1.0.0"

APPROVAL_LIMIT = Decimal(1000)
"""Above this total, in the order's currency, a person has to approve."""

APPROVAL_DEADLINE = timedelta(days=3)


SLA = Sla(
    limit=timedelta(days=4),
    warn=timedelta(days=2),
    escalations=(Escalation(after=timedelta(days=1), to="head-of-orders"),),
)


@workflow.defn(name="order")
class OrderWorkflow:
    """An order either completes, or leaves no reservation, no payment and no shipment behind."""

    @workflow.init
    def __init__(self, order: Order) -> None:
        del order  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell)

    @workflow.run
    async def run(self, order: Order) -> OrderResult:
        async with self.saga as saga:
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
        # The point of no return: the goods are on their way.
        await saga.execute_activity(Payments.capture_payment, capture_request(order, payment_id=payment.id))
        await saga.execute_activity(
            Notifications.send_notification, confirmation(order, tracking_id=shipment.tracking_id)
        )
        return result(order, reservation, payment, shipment)


def stock_request(order: Order) -> StockRequest:
    return StockRequest(order_id=order.order_id, items=order.items)


def approval_summary(order: Order) -> str:
    return f"Order {order.order_id}: {order.total} {order.currency}"


def payment_request(order: Order) -> PaymentRequest:
    return PaymentRequest(
        order_id=order.order_id,
        amount=order.total,
        currency=order.currency,
        payment_method=order.payment_method,
    )


def shipment_request(order: Order, *, reservation_id: str) -> ShipmentRequest:
    return ShipmentRequest(
        order_id=order.order_id,
        reservation_id=reservation_id,
        address=order.shipping_address,
        items=order.items,
    )


def capture_request(order: Order, *, payment_id: str) -> CaptureRequest:
    return CaptureRequest(payment_id=payment_id, amount=order.total, currency=order.currency)


def confirmation(order: Order, *, tracking_id: str) -> Message:
    return Message(
        recipient=order.customer.email,
        template="order-confirmation",
        subject=f"Your order {order.order_id} is on its way",
        text=f"We have sent your order. Follow it by its tracking id: {tracking_id}",
    )


def result(order: Order, reservation: Reservation, payment: Authorization, shipment: Shipment) -> OrderResult:
    return OrderResult(
        order_id=order.order_id,
        reservation_id=reservation.id,
        payment_id=payment.id,
        shipment_id=shipment.id,
        tracking_id=shipment.tracking_id,
        total=order.total,
        currency=order.currency,
    )
