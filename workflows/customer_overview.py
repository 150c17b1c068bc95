"""Customer overview: read profile, orders and preferences side by side, within one deadline, and merge what came.

It only reads, so there is nothing to undo; a part that does not come in time is named, with the reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.order_history import Orders
    from activities.preferences import CustomerPreferences
    from activities.profiles import Profiles
    from models.customer_overview import CustomerOverview, MissingPart, OverviewRequest
    from models.customers import CustomerQuery, OrderHistory, OrdersQuery, Preferences, Profile

VERSION = "1.0.0"

DEADLINE = timedelta(seconds=2)
"""For all three reads: they begin together, and none may take longer, its retries included."""

SLA = Sla(limit=timedelta(minutes=1))
"""Longer than that only if no worker runs."""

NEWEST_ORDERS = 5

READS = ActivityConfig(
    start_to_close_timeout=DEADLINE,
    schedule_to_close_timeout=DEADLINE,
    heartbeat_timeout=DEADLINE,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        maximum_interval=timedelta(milliseconds=500),
        maximum_attempts=3,
    ),
)

NOT_KNOWN = "NotFound: the service knows nothing of this customer"


class Parts(NamedTuple):
    """What the reads have found, each under the name of its step."""

    profile: Profile | None
    orders: OrderHistory | None
    preferences: Preferences | None


@workflow.defn(name="customer-overview")
class CustomerOverviewWorkflow:
    """An overview always comes, as complete as it could be made in time."""

    @workflow.init
    def __init__(self, request: OverviewRequest) -> None:
        del request  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, step_options=READS)

    @workflow.run
    async def run(self, request: OverviewRequest) -> CustomerOverview:
        customer = CustomerQuery(customer_id=request.customer_id)
        newest = OrdersQuery(customer_id=request.customer_id, limit=NEWEST_ORDERS)
        async with self.saga as saga:
            found = await saga.gather(
                saga.optional(saga.execute_activity(Profiles.get_profile, customer, step="profile")),
                saga.optional(saga.execute_activity(Orders.list_orders, newest, step="orders")),
                saga.optional(
                    saga.execute_activity(CustomerPreferences.get_preferences, customer, step="preferences")
                ),
            )
        parts = Parts._make(found)
        missing = [
            MissingPart(part=part, reason=saga.error_of(part) or NOT_KNOWN)
            for part, came in parts._asdict().items()
            if came is None
        ]
        return overview(request, parts, missing)


def overview(request: OverviewRequest, parts: Parts, missing: Sequence[MissingPart]) -> CustomerOverview:
    """All that was found, and of what was not, why."""
    return CustomerOverview(
        customer_id=request.customer_id,
        profile=parts.profile,
        orders=parts.orders,
        preferences=parts.preferences,
        missing=tuple(missing),
        status="partial" if missing else "complete",
    )
