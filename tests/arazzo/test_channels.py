"""Messages of AsyncAPI descriptions, 2 and 3: which channel a step sends to or waits at."""

import pytest

from arazzo.compiling import compile_plan
from arazzo.identity import DocumentSet
from arazzo.plan import PlannedCall
from arazzo.problems import Problems
from arazzo.reading import Mode
from arazzo.source import Source, read
from tests.arazzo.documents import Fields, document, loaded, workflow

THREE = read(
    """
asyncapi: 3.0.0
channels:
  shipped: {address: orders/shipped}
  bare: {}
  other: {$ref: '#/components/channels/other'}
  circle: {$ref: '#/channels/circle'}
operations:
  orderShipped: {action: receive, channel: {$ref: '#/channels/shipped'}}
  odd: {action: receive}
components:
  channels:
    other: {address: elsewhere}
""",
    uri="file:///flows/events.yaml",
)
TWO = read(
    """
asyncapi: 2.6.0
channels:
  orders/shipped:
    subscribe: {operationId: orderShipped}
    publish: {operationId: shipOrder}
  bare: {subscribe: {}}
""",
    uri="file:///flows/events.yaml",
)


def call(description: Source, target: dict[str, str], mode: Mode = Mode.STRICT) -> PlannedCall:
    step: Fields = {"stepId": "one", "action": "receive", **target}
    sources = [{"name": "events", "url": "events.yaml"}]
    root = loaded(document(workflow(steps=[step]), sourceDescriptions=sources), mode)
    plan = compile_plan(DocumentSet([root], [description]), root)
    return plan.workflows[plan.root].steps[0].call


@pytest.mark.arazzo("C1", "C2", "C3")
@pytest.mark.parametrize(
    ("target", "channel"),
    [
        ({"operationId": "orderShipped"}, "events/orders/shipped"),
        ({"operationId": "$sourceDescriptions.events.orderShipped"}, "events/orders/shipped"),
        ({"operationId": "shipped"}, "events/orders/shipped"),
        ({"operationId": "bare"}, "events/bare"),
        ({"channelPath": "{$sourceDescriptions.events.url}#/channels/shipped"}, "events/orders/shipped"),
        ({"channelPath": "{$sourceDescriptions.events.url}#/channels/other"}, "events/elsewhere"),
        (
            {"channelPath": "{$sourceDescriptions.events.url}#/operations/orderShipped"},
            "events/orders/shipped",
        ),
    ],
)
def test_a_channel_of_asyncapi_3_is_found(target: dict[str, str], channel: str) -> None:
    """By its operation, by its name, or by a pointer; what brokers call it goes into the plan."""
    assert PlannedCall(channel=channel) == call(THREE, target)


@pytest.mark.arazzo("C1", "C2", "C3")
@pytest.mark.parametrize(
    "target",
    [
        {"operationId": "orderShipped"},
        {"operationId": "shipOrder"},
        {"operationId": "orders/shipped"},
        {"channelPath": "{$sourceDescriptions.events.url}#/channels/orders~1shipped"},
        {"channelPath": "{$sourceDescriptions.events.url}#/channels/orders%2Fshipped/subscribe"},
    ],
)
def test_a_channel_of_asyncapi_2_is_found(target: dict[str, str]) -> None:
    """There its name is its address."""
    assert PlannedCall(channel="events/orders/shipped") == call(TWO, target)


@pytest.mark.arazzo("C2", "C3")
@pytest.mark.parametrize(
    "target",
    [
        {"operationId": "nobody"},
        {"operationId": "odd"},
        {"operationId": "circle"},
        {"channelPath": "{$sourceDescriptions.events.url}#/channels/nobody"},
        {"channelPath": "{$sourceDescriptions.events.url}#/info"},
        {"channelPath": "events"},
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_what_is_no_channel_is_refused(target: dict[str, str], mode: Mode) -> None:
    """In both modes."""
    with pytest.raises(Problems, match=r"has no|names no source"):
        call(THREE, target, mode)
