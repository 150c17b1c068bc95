"""Steps that wait for messages: when they are begun, when they are joined, and what a wait comes to."""

from datetime import datetime, timedelta

import pytest

from arazzo.compiling import compile_plan
from arazzo.context import Message
from arazzo.frames import Armed
from arazzo.identity import DocumentSet
from arazzo.plan import Plan
from arazzo.rehearsal import BEGAN, Hearing
from arazzo.source import read
from arazzo.step_input import StepInput
from tests.arazzo.api import API
from tests.arazzo.documents import Field, Fields, document, loaded, workflow
from tests.arazzo.linted import reading
from tests.arazzo.rehearsed import rehearsed

EVENTS = read(
    """
asyncapi: 3.0.0
channels: {shipped: {address: shipped}}
operations: {shipped: {action: receive, channel: {$ref: '#/channels/shipped'}}}
""",
    uri="file:///flows/events.yaml",
)


def hearing(name: str = "heard", **fields: Field) -> Fields:
    """A step that waits for the order to be shipped."""
    return {
        "stepId": name,
        "channelPath": "{$sourceDescriptions.events.url}#/channels/shipped",
        "action": "receive",
        **fields,
    }


def waiting(*steps: Fields, **fields: Field) -> Plan:
    sources = [
        {"name": "api", "url": "api.yaml", "type": "openapi"},
        {"name": "events", "url": "events.yaml", "type": "asyncapi"},
    ]
    calls = [
        {**one, "operationId": f"$sourceDescriptions.api.{one['operationId']}"}
        if "operationId" in one
        else one
        for one in steps
    ]
    root = loaded(document(workflow(steps=calls, **fields), sourceDescriptions=sources))
    return compile_plan(DocumentSet([root], [API, EVENTS]), root)


def says(**payload: Field) -> Hearing:
    return lambda _, __: Message(payload=payload)


@pytest.mark.arazzo("D11", "C16")
async def test_a_receive_blocks_nobody_until_it_is_needed() -> None:
    """The steps behind it are called; the first that reads its outputs, or depends on it, waits for it."""
    plan = waiting(
        hearing(outputs={"parcel": "$message.payload#/parcel"}),
        reading("meanwhile"),
        reading("last", dependsOn=["heard"]),
        outputs={"parcel": "$steps.heard.outputs.parcel"},
    )
    run = await rehearsed(plan, hear=says(parcel="P-1"))

    assert (["meanwhile", "heard", "last"], {"parcel": "P-1"}) == (run.calls, run.outcome.outputs)


@pytest.mark.arazzo("D11")
async def test_a_receive_that_nobody_needs_is_joined_at_the_end() -> None:
    """The workflow is not over before."""
    run = await rehearsed(waiting(hearing(), reading("last")), hear=says())

    assert (["last", "heard"], True) == (run.calls, run.outcome.success)


@pytest.mark.arazzo("C15", "D19")
async def test_a_receive_waits_no_longer_than_its_timeout() -> None:
    """From when it is reached, over all that happens meanwhile; then it has failed, and its actions are asked."""
    over = [{"name": "late", "type": "goto", "stepId": "late"}]
    plan = waiting(hearing(timeout=90_000, onFailure=over), reading("next"), reading("late"))
    until: list[datetime | None] = []

    def silent(_: StepInput, armed: Armed) -> None:
        until.append(armed.until)

    run = await rehearsed(plan, hear=silent)

    assert (["heard", "late"], True) == (run.calls, run.outcome.success)
    assert [BEGAN + timedelta(seconds=90)] == until


@pytest.mark.arazzo("C15", "D11")
async def test_a_receive_that_is_joined_late_has_no_more_time() -> None:
    """What happens between costs of it."""
    again = {"name": "again", "type": "retry", "retryAfter": 60}
    until: list[datetime | None] = []

    def hear(_: StepInput, armed: Armed) -> None:
        until.append(armed.until)

    plan = waiting(
        hearing(timeout=90_000), reading("slow", onFailure=[again]), reading("last", dependsOn=["heard"])
    )
    run = await rehearsed(plan, {"slow": [503, 200]}, hear=hear)

    assert (["slow", "slow", "heard"], [BEGAN + timedelta(seconds=90)]) == (run.calls, until)


@pytest.mark.arazzo("D11", "F9")
async def test_a_message_is_known_by_its_correlation_id() -> None:
    """Which is evaluated when the step is reached; criteria and outputs read the message."""
    wanted: list[str | None] = []

    def hear(_: StepInput, armed: Armed) -> Message:
        wanted.append(armed.correlation_id)
        return Message(headers={"Source": "dock"}, payload={"weight": 3})

    plan = waiting(
        hearing(
            correlationId="$inputs.order",
            successCriteria=[{"condition": "$message.payload#/weight > 2"}],
            outputs={"from": "$message.header.source"},
        ),
        inputs={"properties": {"order": {}}},
        outputs={"from": "$steps.heard.outputs.from"},
    )
    run = await rehearsed(plan, inputs={"order": 4711}, hear=hear)

    assert (["4711"], {"from": "dock"}, True) == (wanted, run.outcome.outputs, run.outcome.success)
