"""Messages of documents: those that a run waits for, when they may come, and those that it sends."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from arazzo.plan import Plan
from arazzo.source import read
from tests.arazzo.documents import Fields, document, workflow
from tests.workflows.playing import Handle, Playing
from tests.workflows.scripting import ended, plan_of, scripted, step

EVENTS = read(
    """
asyncapi: 3.0.0
servers: {hooks: {host: hooks.example, protocol: https}}
channels:
  shipped: {address: shipped}
  told: {address: 'acts/{what}'}
operations:
  shipped: {action: receive, channel: {$ref: '#/channels/shipped'}}
  told: {action: send, channel: {$ref: '#/channels/told'}}
""",
    uri="file:///flows/events.yaml",
)
SOURCES = [
    {"name": "api", "url": "api.yaml", "type": "openapi"},
    {"name": "events", "url": "events.yaml", "type": "asyncapi"},
]
HOUR = 3_600_000


def hearing(name: str = "heard", **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a step
    """A step that waits for the order to be shipped."""
    return {
        "stepId": name,
        "channelPath": "{$sourceDescriptions.events.url}#/channels/shipped",
        "action": "receive",
        "outputs": {"parcel": "$message.payload#/parcel"},
        **fields,
    }


def planned(*steps: Fields, **fields: Any) -> Plan:  # noqa: ANN401 - any fields of a workflow
    named = [
        one | {"operationId": f"$sourceDescriptions.api.{one['operationId']}"}
        if "operationId" in one and "$" not in one["operationId"]
        else one
        for one in steps
    ]
    return plan_of(document(workflow(steps=named, **fields), sourceDescriptions=SOURCES), described=[EVENTS])


async def shipped(handle: Handle, parcel: JsonValue = "P-1", correlation_id: str | None = None) -> None:
    """The warehouse says so."""
    body: dict[str, JsonValue] = {
        "id": f"shipped-{parcel}",
        "channel": "shipped",
        "correlation_id": correlation_id,
        "payload": {"parcel": parcel},
    }
    await handle.signal("event", {"mailbox": "events", "body": body})


PARCEL = {"parcel": "$steps.heard.outputs.parcel"}


async def test_a_message_that_comes_early_is_kept(playing: Playing) -> None:
    """Until the step is reached, over runs that go on as new ones, too."""
    again = [{"name": "again", "type": "retry", "retryLimit": 6, "retryAfter": 0.1}]
    plan = planned(step("slow", onFailure=again), hearing(), outputs=PARCEL)
    async with scripted(playing, post_slow=[503] * 6 + [200]) as service:
        handle = await service.start(plan, roll_over_after=15)
        await shipped(handle)
        outcome = await ended(handle)

    assert (True, {"parcel": "P-1"}) == (outcome.success, outcome.outputs)


async def test_others_wait_for_no_message_that_they_do_not_need(playing: Playing) -> None:
    """Of the steps that may run side by side only the one that depends on it waits."""
    plan = planned(
        step("first"),
        hearing(),
        step("free", dependsOn=["first"]),
        step("bound", dependsOn=["heard"]),
    )
    async with scripted(playing) as service:
        handle = await service.start(plan)
        await playing.until(handle, lambda status: status.waiting_for == "event:events")
        assert ["POST /acts/first", "POST /acts/free"] == service.calls
        await shipped(handle)

        assert (await ended(handle)).success
        assert "POST /acts/bound" == service.calls[-1]


@pytest.mark.parametrize(("after", "parcel"), [(timedelta(minutes=30), "P-1"), (timedelta(minutes=90), None)])
async def test_a_message_comes_in_time_or_not(patient: Playing, after: timedelta, parcel: str | None) -> None:
    """Its time counts from when the step was reached, not from when its message is needed."""
    assert patient.skip
    wait = [{"name": "wait", "type": "retry", "retryAfter": 7_200}]
    late = [{"name": "late", "type": "end"}]
    plan = planned(
        hearing(timeout=HOUR, onFailure=late),
        step("slow", onFailure=wait),
        step("last", dependsOn=["heard"]),
        outputs=PARCEL,
    )
    async with scripted(patient, post_slow=[503, 200]) as service:
        handle = await service.start(plan)
        await patient.until(handle, lambda status: "retry:slow" in (status.waiting_for or ""))
        await patient.skip(after)
        await shipped(handle)
        outcome = await ended(handle)

    assert (parcel is not None, {"parcel": parcel}) == (outcome.success, outcome.outputs)
    assert (3 if parcel else 2) == len(service.calls)


async def test_two_wait_for_messages_of_their_own(playing: Playing) -> None:
    """By their correlation ids, in whatever order they come."""
    plan = planned(
        hearing("left", correlationId="$inputs.left"),
        hearing("right", correlationId="$inputs.right"),
        step("last"),
        inputs={"properties": {"left": {}, "right": {}}},
        outputs={name: f"$steps.{name}.outputs.parcel" for name in ("left", "right")},
    )
    async with scripted(playing) as service:
        handle = await service.start(plan, {"left": "L", "right": "R"})
        await shipped(handle, "of nobody", "N")
        await shipped(handle, "of R", "R")
        await shipped(handle, "of L", "L")
        outcome = await ended(handle)

    assert {"left": "of L", "right": "of R"} == outcome.outputs


async def test_a_message_is_sent(playing: Playing) -> None:
    """To the channel's address over HTTP, under a key if the step has one; criteria see what was sent."""
    telling = {
        "stepId": "tell",
        "operationId": "$sourceDescriptions.events.told",
        "action": "send",
        "parameters": [
            {"name": "what", "in": "channel", "value": "news"},
            {"name": "X-About", "in": "header", "value": "$inputs.order"},
        ],
        "requestBody": {"payload": {"order": "$inputs.order"}},
        "successCriteria": [
            {"condition": "$message.payload#/order == 'O-1'"},
            {"condition": "$statusCode == 202"},
        ],
        "onFailure": [{"name": "again", "type": "retry"}],
        "outputs": {"said": "$message.payload#/order"},
        "x-idempotency": {},
    }
    plan = planned(
        telling,
        inputs={"properties": {"order": {}}},
        outputs={"said": "$steps.tell.outputs.said"},
    )
    async with scripted(playing, post_news=[503, 202]) as service:
        outcome = await service.run(plan, {"order": "O-1"})

    assert (True, {"said": "O-1"}) == (outcome.success, outcome.outputs)
    assert [{"order": "O-1"}] * 2 == [one.body for one in service.seen("POST /acts/news")]
    assert ["O-1"] * 2 == service.headers("POST /acts/news", "X-About")
    assert 1 == len(set(service.keys("POST /acts/news")))
