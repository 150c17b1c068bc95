"""The order flow after a careless edit: it pays first."""

from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from activities.inventory import Inventory
    from activities.payments import Payments
    from models.order import Order
    from workflows.order import payment_request, stock_request


@workflow.defn(name="order")
class CarelessOrder:
    def __init__(self) -> None:
        self.saga = Saga()

    @workflow.run
    async def run(self, order: Order) -> None:
        async with self.saga as saga:
            await saga.execute_activity(Payments.authorize_payment, payment_request(order))
            await saga.execute_activity(Inventory.reserve_stock, stock_request(order))
