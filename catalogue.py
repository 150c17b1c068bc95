"""All flows of this project; a new one is a module in workflows/ and an entry here."""

from models.order import Order
from runtime.flows import Catalogue, Flow
from workflows import order

CATALOGUE = Catalogue(
    [
        Flow(
            name="order",
            workflow=order.OrderWorkflow,
            input=Order,
            id_of=lambda placed: f"order-{placed.order_id}",
            version=order.VERSION,
            description="Reserve stock, authorise the payment, create the shipment; then capture and confirm.",
            owner="order-team",
        ),
    ]
)
