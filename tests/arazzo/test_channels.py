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


HTTP = """
asyncapi: 3.0.0
defaultContentType: application/cloudevents+json
servers:
  hooks:
    host: hooks.example:{port}
    pathname: /v1
    protocol: https
    variables: {port: {default: '8443'}}
  bus: {host: bus.example, protocol: kafka}
channels:
  told: {address: 'customers/{id}/told', servers: [{$ref: '#/servers/bus'}, {$ref: '#/servers/hooks'}]}
  noted: {address: /noted, messages: {note: {contentType: text/plain}}}
operations:
  tell: {action: send, channel: {$ref: '#/channels/told'}, bindings: {http: {method: put}}}
"""
OLD = """
asyncapi: 2.6.0
servers:
  hooks: {url: 'http://hooks.example/v1', protocol: http}
  others: {url: 'mqtt://bus.example', protocol: mqtt}
channels:
  told: {publish: {operationId: tell}}
  elsewhere: {servers: [others], publish: {operationId: murmur}}
"""


@pytest.mark.arazzo("C1")
@pytest.mark.parametrize(
    ("text", "operation", "request_line", "kind"),
    [
        (
            HTTP,
            "tell",
            "PUT https://hooks.example:8443/v1/customers/{id}/told",
            "application/cloudevents+json",
        ),
        (HTTP, "noted", "POST https://hooks.example:8443/v1/noted", "text/plain"),
        (OLD, "tell", "POST http://hooks.example/v1/told", "application/json"),
        (OLD, "murmur", "POST /elsewhere", "application/json"),
    ],
)
def test_a_message_is_sent_by_a_request(text: str, operation: str, request_line: str, kind: str) -> None:
    """To the server of the channel that speaks HTTP, if there is one; a run may be given another."""
    found = call(
        read(text, uri="file:///flows/events.yaml"), {"operationId": operation, "action": "send"}
    ).operation

    assert found
    (body,) = found.bodies
    server = next(iter(found.servers), "")
    assert (request_line, kind) == (f"{found.method} {server}{found.path}", body.content_type)
