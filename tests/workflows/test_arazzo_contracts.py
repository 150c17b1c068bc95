"""What a document's calls are held against while it runs: what does not fit is not sent, what differs is reported."""

import logging

import pytest

from arazzo.plan import Plan
from arazzo.source import read
from tests.arazzo.documents import Fields, document, workflow
from tests.endings import end_of, status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import plan_of, scripted, step, undoing

SECRET = "hunter2"
KEPT = read(
    """
openapi: 3.1.0
info: {title: What is kept, version: '1'}
servers: [{url: https://kept.example}]
paths:
  /acts/{what}:
    parameters: [{name: what, in: path, required: true}]
    post:
      operationId: keep
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '200':
          description: kept
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      properties: {count: {type: integer}, state: {enum: [new]}}
      required: [count]
""",
    uri="file:///flows/kept.yaml",
)
SOURCES = [
    {"name": "api", "url": "api.yaml", "type": "openapi"},
    {"name": "kept", "url": "kept.yaml", "type": "openapi"},
]
KEEP = "$sourceDescriptions.kept.keep"
ACT, REVOKE = "$sourceDescriptions.api.act", "$sourceDescriptions.api.revoke"


def keeping(*steps: Fields, **fields: str) -> Plan:
    content = document(workflow(steps=list(steps), **fields), sourceDescriptions=SOURCES)
    return plan_of(content, described=[KEPT])


def kept(name: str, count: object, **fields: object) -> Fields:
    return step(name, KEEP, requestBody={"payload": {"count": count}}, **fields)


async def test_a_request_that_does_not_fit_is_not_sent(playing: Playing) -> None:
    """So it had no effect, and what was done before it is taken back; its value is not said."""
    plan = keeping(
        step("one", ACT, **{"x-compensate": {**undoing("one"), "operationId": REVOKE}}), kept("two", SECRET)
    )
    async with scripted(playing) as service:
        handle = await service.start(plan)
        assert "RequestInvalid" == await end_of(handle)

    assert ["POST /acts/one", "DELETE /acts/one"] == service.calls
    said = (await status_of(handle)).steps[1].error
    assert 'RequestInvalid: keep does not take it: the body, count: expected type "integer"' == said


async def test_an_undo_that_does_not_fit_is_not_sent_either(playing: Playing) -> None:
    """It is tried again when a person has seen to it."""
    undo = {**undoing("one"), "operationId": KEEP, "requestBody": {"payload": {"count": SECRET}}}
    async with scripted(playing, post_two=[409]) as service:
        handle = await service.start(keeping(step("one", ACT, **{"x-compensate": undo}), step("two", ACT)))
        incident = await playing.incident(handle)
        assert "expected type" in incident.cause
        await handle.terminate()

    assert ["POST /acts/one", "POST /acts/two"] == service.calls


async def test_an_answer_that_differs_fails_nothing(
    playing: Playing, caplog: pytest.LogCaptureFixture
) -> None:
    """The status says so at its step, and the worker's log once for each kind."""
    caplog.set_level(logging.INFO, logger="activities.departures")
    answer = {"json": {"state": SECRET, "more": SECRET}}
    async with scripted(playing, post_one=[answer], post_two=[answer]) as service:
        handle = await service.start(keeping(kept("one", 1), kept("two", 2)))
        assert "completed" == await end_of(handle)

    results = [one.result for one in (await status_of(handle)).steps]
    notes = [
        "broken: 200 the body: count is missing",
        'grown: 200 state: expected enum ["new"]',
        "grown: 200 more: the field is not described",
    ]
    assert [{"status": 200, "outputs": {}, "notes": notes}] * 2 == results
    said = [
        (one.levelname, one.getMessage()) for one in caplog.records if one.name == "activities.departures"
    ]
    like = "keep of kept does not answer as it is described"
    assert [
        ("WARNING", f"{like} (broken): 200 the body: count is missing"),
        ("INFO", f'{like} (grown): 200 state: expected enum ["new"] (and 1 more)'),
    ] == said
    assert SECRET not in str(said) + str(results)


async def test_a_workflow_may_go_without(playing: Playing) -> None:
    """With `x-contracts: ignored` all is sent, and nothing is noted."""
    plan = keeping(kept("one", "two"), **{"x-contracts": "ignored"})
    async with scripted(playing, post_one=[{"json": {"count": "two"}}]) as service:
        handle = await service.start(plan)
        assert "completed" == await end_of(handle)

    assert {"status": 200, "outputs": {}} == (await status_of(handle)).steps[0].result
