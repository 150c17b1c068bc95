"""The order history: reads what a customer has bought."""

from temporalio import activity

from activities.http import Downstream
from models.customers import OrderHistory, OrdersQuery


class Orders:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="order_history.list_orders")
    async def list_orders(self, query: OrdersQuery) -> OrderHistory | None:
        return await self._downstream.read(
            "/customers/{customer_id}/orders",
            params={"customer_id": query.customer_id, "limit": str(query.limit)},
            returns=OrderHistory,
        )
