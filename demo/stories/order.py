"""The six stories of the order flow: what happens to each order, and how it has to end."""

from collections.abc import Iterator, Sequence

from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import FlowState

FORWARD = ("reserveInventory", "authorizePayment", "createShipment", "capturePayment", "sendNotification")


async def _approve(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    await performance.decide()
    await performance.follow()


async def _time_out(performance: Performance) -> None:
    await performance.script("payments", "authorizePayment", "effect_then_timeout")
    await let_it_run(performance)


async def _kill_worker(performance: Performance) -> None:
    await performance.script("shipping", "createShipment", "hold_after_effect")
    await performance.start()
    call = await performance.held("createShipment")
    await performance.show()
    await performance.kill_worker()
    await performance.drop(call)
    await performance.restart_worker()
    await performance.follow()


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *FORWARD)


def _large_order(seen: Evidence) -> Iterator[str]:
    rejected = seen.view.approvals and seen.view.approvals[0].status == "rejected"
    if rejected:
        yield from checks.compensated(seen, because="ApprovalRejected", undone=["reserve_stock"])
        return
    yield from _completed(seen)
    if not (seen.view.approvals and seen.view.approvals[0].decisions):
        yield "nobody's decision is on record"


def _decided(seen: Evidence) -> str:
    approval = seen.view.approvals[0]
    who = approval.decisions[0].by if approval.decisions else "nobody"
    end = "and the order completed" if approval.status == "approved" else "and the stock was released"
    return f"{approval.status.capitalize()} by {who}, on record with the time, {end}."


def _refused(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(seen, because="PaymentRefused", undone=["reserve_stock"])
    yield from checks.never_called(seen, "createShipment")


def _not_shippable(seen: Evidence) -> Iterator[str]:
    yield from checks.compensated(
        seen, because="AddressNotServed", undone=["authorize_payment", "reserve_stock"]
    )
    yield from checks.in_order(seen, "voidPayment", "releaseInventory")


def _charged_once(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from checks.called_again_with_one_effect(seen, "authorizePayment")


def _shipped_once(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from checks.called_again_with_one_effect(seen, "createShipment")


STORIES: Sequence[Story] = (
    Story(
        title="An order goes through",
        before="Stock, payment, shipment; then the money is taken and the customer is told.",
        after=lambda _: "Completed: five services called, five effects.",
        input="order.json",
        play=let_it_run,
        deviations=_completed,
    ),
    Story(
        title="The payment is refused",
        before="The card is declined after the stock has been reserved.",
        after=lambda _: "Compensated: the stock is released, and shipping was never called.",
        input="order-payment-refused.json",
        play=let_it_run,
        deviations=_refused,
    ),
    Story(
        title="The goods cannot be shipped",
        before="No carrier goes to the address, and the payment has been authorised already.",
        after=lambda _: "Compensated: the payment is voided, then the stock is released.",
        input="order-not-shippable.json",
        play=let_it_run,
        deviations=_not_shippable,
    ),
    Story(
        title="A large order waits for a person",
        before="Above 1000 somebody has to say yes. The flow waits, for days if need be.",
        after=_decided,
        input="order-large.json",
        play=_approve,
        deviations=_large_order,
    ),
    Story(
        title="A payment takes effect, and the answer is lost",
        before="The service authorises the payment and then says nothing until the call times out.",
        after=lambda seen: (
            f"Completed: asked {len(seen.calls_of('authorizePayment'))} times under one key, authorised once."
        ),
        input="order.json",
        play=_time_out,
        deviations=_charged_once,
    ),
    Story(
        title="The worker is killed in mid-order",
        before="SIGKILL while the shipment is being made; then a new worker is started.",
        after=lambda seen: (
            f"Completed: asked {len(seen.calls_of('createShipment'))} times "
            "under one key, shipped once. No call had a second effect."
        ),
        input="order.json",
        play=_kill_worker,
        deviations=_shipped_once,
    ),
)

CHAPTER = Chapter(
    flow="order",
    heading="six orders, and what can go wrong with them",
    id_field="order_id",
    stories=STORIES,
)
