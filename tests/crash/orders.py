"""Orders for crash tests, and what the stand-ins must remember of each when it is over."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from temporalio.client import Client, WorkflowHandle

from models.order import Order, OrderResult
from services.backstage.ledger import Effect
from tests.standins import StandIns
from workflows.order import OrderWorkflow

EXAMPLE = Order.model_validate_json((Path(__file__).parents[2] / "examples/order.json").read_text())

OF_A_COMPLETED_ORDER = Counter(
    ["reserveInventory", "authorizePayment", "createShipment", "capturePayment", "sendNotification"]
)

Handle = WorkflowHandle[OrderWorkflow, OrderResult]


def order(order_id: str, *, country: str = "DE", quantity: int = 1) -> Order:
    """An order; `country="AQ"` cannot be shipped to, a quantity of 100 has to be approved."""
    address = EXAMPLE.shipping_address.model_copy(update={"country": country})
    items = tuple(item.model_copy(update={"quantity": quantity}) for item in EXAMPLE.items)
    changes = {"order_id": order_id, "shipping_address": address, "items": items}
    return EXAMPLE.model_copy(update=changes)


async def start(client: Client, placed: Order, task_queue: str) -> Handle:
    return await client.start_workflow(
        OrderWorkflow.run, placed, id=f"order-{placed.order_id}", task_queue=task_queue
    )


async def effects_of(stand_ins: StandIns, order_id: str) -> list[Effect]:
    """Of this order, the undone ones too."""
    return await stand_ins.effects(correlation_id=f"order-{order_id}")


def open_operations(effects: Iterable[Effect]) -> Counter[str]:
    return Counter(effect.operation for effect in effects if effect.state == "open")
