"""A flow in Python that has an order placed by a document: what the document did is undone with the flow."""

from pydantic import BaseModel
from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from activities.notifications import Notifications
    from arazzo.run_input import RunInput
    from arazzo.type_names import type_of
    from models.notifications import Message


class Gift(BaseModel):
    """What `arazzo run` makes of a document and its inputs is the order."""

    order: RunInput
    giver: str
    recipient: str


@workflow.defn(name="gift")
class GiftWorkflow:
    """A gift is ordered, and announced to who gets it; or it is not ordered."""

    def __init__(self) -> None:
        self.saga = Saga(version="1.0.0")

    @workflow.run
    async def run(self, gift: Gift) -> str:
        async with self.saga as saga:
            placed = await saga.execute_child(type_of(gift.order.key), gift.order, step="order")
            tracking_id: str = placed["trackingId"]
            await saga.execute_activity(
                Notifications.send_notification,
                Message(
                    recipient=gift.recipient,
                    template="gift",
                    subject=f"A gift of {gift.giver}",
                    text=f"It is on its way: {tracking_id}",
                ),
            )
        return tracking_id
