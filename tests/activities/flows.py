"""Small flows that see calls, attempts and undos as a real server makes them."""

from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Saga
from saga.headers import current_step

with workflow.unsafe.imports_passed_through():
    from activities.http import Downstream
    from activities.notifications import Notifications
    from activities.payments import Payments
    from models.notifications import Message
    from models.payments import CaptureRequest, PaymentRequest
    from tests.activities.calling import Asked, Thing

UNREACHABLE = Message(recipient="x@y.invalid", template="t", subject="Your ticket", text="Here it is")
QUICK = ActivityConfig(
    heartbeat_timeout=timedelta(seconds=1),
    start_to_close_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10), maximum_attempts=3),
)


class Things:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="things.make")
    async def make(self, asked: Asked) -> Thing:
        return await self._downstream.call("/things", asked, returns=Thing)

    @activity.defn(name="things.unmake")
    async def unmake(self, asked: Asked) -> Thing:
        return await self._downstream.call("/things/unmake", asked, returns=Thing)

    @activity.defn(name="things.find")
    async def find(self, asked: Asked) -> Thing | None:
        del asked
        return await self._downstream.read("/things", params={"key": current_step().key}, returns=Thing)


@workflow.defn(name="one-thing")
class OneThing:
    @workflow.init
    def __init__(self, asked: Asked) -> None:
        del asked
        self.saga = Saga(step_options=QUICK, compensation_options=QUICK)

    @workflow.run
    async def run(self, asked: Asked) -> Thing:
        async with self.saga as saga:
            return await saga.execute_activity(Things.make, asked, compensation=Things.unmake)


@workflow.defn(name="probed-thing")
class ProbedThing:
    """As `OneThing`, of a downstream that can be asked."""

    @workflow.init
    def __init__(self, asked: Asked) -> None:
        del asked
        self.saga = Saga(step_options=QUICK, compensation_options=QUICK)

    @workflow.run
    async def run(self, asked: Asked) -> Thing:
        async with self.saga as saga:
            return await saga.execute_activity(
                Things.make, asked, compensation=Things.unmake, probe=Things.find
            )


@workflow.defn(name="paid-at-once")
class PaidAtOnce:
    """Takes the money before it fails."""

    def __init__(self) -> None:
        self.saga = Saga()

    @workflow.run
    async def run(self, payment: PaymentRequest) -> None:
        async with self.saga as saga:
            authorized = await saga.execute_activity(
                Payments.authorize_payment, payment, compensation=Payments.void_payment
            )
            taken = CaptureRequest(payment_id=authorized.id, amount=payment.amount, currency=payment.currency)
            await saga.execute_activity(Payments.capture_payment, taken, compensation=Payments.refund_payment)
            await saga.execute_activity(Notifications.send_notification, UNREACHABLE)
