"""The stories of the documents: the same engine, and not a line of Python in the flow."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from arazzo.run_input import ChannelEvent
from demo import checks
from demo.checks import Evidence
from demo.performance import Performance, let_it_run
from demo.story import Chapter, Story
from saga.status import FlowState

FLOW = "arazzo"
PLAIN = ("reserveInventory", "authorizePayment", "createShipment")
ORDER = (*PLAIN, "capturePayment", "sendNotification")
SUBSCRIPTION = ("chargePayment", "provisionWorkspace", "sendNotification")
PREPAID = ("reserveInventory", "createShipment", "sendNotification")
NOWHERE: JsonValue = {
    "name": "Ada Lovelace",
    "street": "Base 1",
    "city": "South Pole",
    "postal_code": "1",
    "country": "AQ",
}


async def _busy(performance: Performance) -> None:
    await performance.script("payments", "authorizePayment", "unavailable", times=2)
    await let_it_run(performance)


async def _kill_worker(performance: Performance) -> None:
    await performance.script("shipping", "createShipment", "unavailable", times=2)
    await performance.start()
    await performance.until_seen(lambda view: str(view.waiting_for).startswith("retry:createShipment"))
    await performance.kill_worker(leaving="and nothing is under way")
    await performance.restart_worker(after="the wait is the server's, and the document goes on behind it")
    await performance.follow()


async def _answers_are_lost(performance: Performance) -> None:
    await performance.script("payments", "chargePayment", "effect_then_drop")
    await let_it_run(performance)


async def _approve_and_pay(performance: Performance) -> None:
    await performance.start()
    await performance.until(FlowState.WAITING_FOR_APPROVAL)
    await performance.approve_with("grace", "askForApproval", {"contact": "heidi"})
    await performance.called("reserveInventory")
    order = str(performance.asked["orderId"])
    paid: JsonValue = {
        "orderId": order,
        "amount": performance.asked["amount"],
        "receivedAt": "2026-02-01T09:00:00Z",
    }
    channel = "payments/received"
    await performance.hear(
        ChannelEvent(id=f"paid-{order}", channel=channel, correlation_id=order, payload=paid)
    )
    await performance.follow()


def _plain(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *PLAIN)
    yield from checks.in_order(seen, *PLAIN)


def _completed(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *ORDER)


def _not_shippable(seen: Evidence) -> Iterator[str]:
    undone = ["authorizePayment", "reserveStock"]
    yield from checks.compensated(seen, because="AddressNotServed", undone=undone)
    yield from checks.in_order(seen, "voidPayment", "releaseInventory")


def _authorised_once(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from checks.called_again_with_one_effect(seen, "authorizePayment")


def _shipped_once(seen: Evidence) -> Iterator[str]:
    yield from _completed(seen)
    yield from checks.called_again_with_one_effect(seen, "createShipment")


def _found(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *SUBSCRIPTION)
    yield from checks.never_called(seen, "chargeAtBackup")


def _paid(seen: Evidence) -> Iterator[str]:
    yield from checks.completed(seen, *PREPAID)
    yield from checks.in_order(seen, *PREPAID)


PLAIN_CHAPTER = Chapter(
    flow=FLOW,
    heading="a document as others write them",
    document="place-order",
    id_field="orderId",
    stories=(
        Story(
            title="A document places an order",
            before="Three steps, each a call of an OpenAPI description; the second hands over to the third.",
            after=lambda _: "Completed: three services called, as the document says.",
            input="arazzo/place-order.json",
            play=let_it_run,
            deviations=_plain,
        ),
    ),
)

SAGA_CHAPTER = Chapter(
    flow=FLOW,
    heading="the same as a saga, by the fields that begin with x-",
    document="place-order-saga",
    id_field="orderId",
    stories=(
        Story(
            title="A document goes through to its end",
            before="Beyond the shipment the document only goes forward: capture, and confirm.",
            after=lambda _: "Completed: five services called, five effects.",
            input="arazzo/place-order-saga.json",
            play=let_it_run,
            deviations=_completed,
        ),
        Story(
            title="The goods of a document cannot be shipped",
            before="Each step says by x-compensate what takes it back.",
            after=lambda _: "Compensated: the payment is voided, then the stock is released.",
            input="arazzo/place-order-saga.json",
            changed=dict[str, JsonValue](shippingAddress=NOWHERE),
            play=let_it_run,
            deviations=_not_shippable,
        ),
        Story(
            title="The payments are busy, and say when to come again",
            before="The document says retry, and the service's Retry-After overrules its retryAfter.",
            after=lambda seen: (
                f"Completed: asked {len(seen.calls_of('authorizePayment'))} times under one key, authorised once."
            ),
            input="arazzo/place-order-saga.json",
            play=_busy,
            deviations=_authorised_once,
        ),
        Story(
            title="The worker is killed while a document waits",
            before="Shipping is busy. SIGKILL before the document tries again; then a new worker is started.",
            after=lambda seen: (
                f"Completed: asked {len(seen.calls_of('createShipment'))} times under one key, shipped once."
            ),
            input="arazzo/place-order-saga.json",
            play=_kill_worker,
            deviations=_shipped_once,
        ),
    ),
)

SUBSCRIPTION_CHAPTER = Chapter(
    flow=FLOW,
    heading="workflows within workflows, side by side",
    document="subscription",
    id_field="subscriptionId",
    stories=(
        Story(
            title="A charge of a document, whose answer is lost",
            before="By x-probe the provider is asked what it has done.",
            after=lambda _: "Completed: charged once. The second provider was never called.",
            input="arazzo/subscription.json",
            play=_answers_are_lost,
            deviations=_found,
        ),
    ),
)

APPROVAL_CHAPTER = Chapter(
    flow=FLOW,
    heading="people and messages",
    document="approval",
    id_field="orderId",
    stories=(
        Story(
            title="A document waits for a person, and then for the money",
            before="Somebody approves and names a contact; then the bank says by an event that it has been paid.",
            after=lambda _: "Completed: sent when the money was there.",
            input="arazzo/approval.json",
            play=_approve_and_pay,
            deviations=_paid,
        ),
    ),
)

CHAPTERS: Sequence[Chapter] = (PLAIN_CHAPTER, SAGA_CHAPTER, SUBSCRIPTION_CHAPTER, APPROVAL_CHAPTER)
