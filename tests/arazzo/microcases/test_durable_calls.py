"""Rules of calls that only a durable run shows: what its service saw, and what its history holds."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.arazzo.linted import reading, steps
from tests.arazzo.microcases.durable import THINGS, answering, executed, history, timers
from tests.arazzo.microcases.executing import Executor
from tests.arazzo.microcases.mock import Answer, Mock, listening
from tests.arazzo.planning import planned
from tests.eventually import eventually

OK = [{"condition": "$statusCode == 200"}]


@pytest.mark.arazzo("D2")
async def test_the_key_of_a_request(executor: Executor) -> None:
    """The same when it is repeated, another when the body or the visit is another."""
    again = {"name": "again", "type": "retry"}
    back = {
        "name": "back",
        "type": "goto",
        "stepId": "one",
        "criteria": [{"condition": "$response.body#/a == 1"}],
    }
    content = steps(
        {
            "stepId": "one",
            "operationId": "take",
            "requestBody": {"payload": {"n": 1}},
            "successCriteria": OK,
            "onFailure": [again],
            "onSuccess": [back],
        }
    )
    mock = answering(post=[{"status": 503}, {"json": {"a": 1}}, {"json": {"a": 2}}])
    outcome, _ = await executed(executor, content, mock)
    first, repeated, returned = [one.headers["idempotency-key"] for one in mock.seen]

    assert outcome.success
    assert first == repeated != returned


@pytest.mark.arazzo("D2", "E5")
async def test_another_request_has_another_key(executor: Executor) -> None:
    """When a repair has changed what is sent, the service has not seen it before."""
    again = {"name": "again", "type": "retry", "stepId": "one"}
    content = steps(
        reading("one", outputs={"a": "$response.body#/a"}),
        {
            "stepId": "two",
            "operationId": "take",
            "requestBody": {"payload": {"a": "$steps.one.outputs.a"}},
            "successCriteria": OK,
            "onFailure": [again],
        },
    )
    mock = answering(get=[{"json": {"a": 1}}, {"json": {"a": 2}}], post=[{"status": 409}, {}])
    outcome, _ = await executed(executor, content, mock)
    sent = [(one.headers["idempotency-key"], one.body) for one in mock.seen if one.call.startswith("POST")]

    assert outcome.success
    assert [{"a": 1}, {"a": 2}] == [body for _, body in sent]
    assert 2 == len({key for key, _ in sent})


@pytest.mark.arazzo("D3", "E6")
async def test_a_retry_waits_by_a_durable_timer(executor: Executor) -> None:
    """As long as the document says, which the server counts; what a service asks for has a bound."""
    again = {"name": "again", "type": "retry", "retryAfter": 0.3}
    content = steps(reading("one", onFailure=[again]))
    _, handle = await executed(executor, content, answering(get=[{"status": 503}, {}]))

    assert timedelta(seconds=0.3) in timers(await history(handle))

    month = answering(get=[{"status": 503, "headers": {"Retry-After": "2592000"}}])
    async with listening(month) as url:
        waits = await executor.start(planned(content), {}, {"api": url})
        found = await eventually(lambda: history(waits), lambda events: timedelta(days=1) in timers(events))
        await waits.terminate()
    assert timedelta(days=30) not in timers(found)


@pytest.mark.arazzo("D5")
async def test_bodies_stay_out_of_the_history(executor: Executor) -> None:
    """Only outputs, and what later steps read, are in it; the body of an answer is not."""
    content = steps(
        reading("one", outputs={"a": "$response.body#/a"}),
        reading("two", parameters=[{"name": "q", "in": "query", "value": "$steps.one.outputs.a"}]),
        outputs={"a": "$steps.one.outputs.a"},
    )
    outcome, handle = await executed(
        executor, content, answering(get=[{"json": {"a": "SHOWN", "b": "UNSEEN"}}])
    )
    kept = (await handle.fetch_history()).to_json()

    assert {"a": "SHOWN"} == outcome.outputs
    assert "UNSEEN" not in str([one.SerializeToString() for one in await history(handle)]) + kept


@pytest.mark.arazzo("C15", "D19")
async def test_a_timeout_is_for_each_attempt(executor: Executor) -> None:
    """A call that takes longer has failed, its retry has the whole time again."""
    again = {"name": "again", "type": "retry"}
    content = steps(reading("one", timeout=200, onFailure=[again]))
    mock = answering(get=[{"hang": True}, {}])
    outcome, _ = await executed(executor, content, mock)

    assert (True, 2) == (outcome.success, len(mock.seen))
    assert mock.seen[1].at - mock.seen[0].at >= 0.2


@pytest.mark.arazzo("D17", "C15")
async def test_a_call_that_times_out_has_no_status(executor: Executor) -> None:
    """Its failure actions are asked like after any failure."""
    actions = [
        {"name": "answered", "type": "end", "criteria": [{"condition": "$statusCode != null"}]},
        {"name": "silent", "type": "goto", "stepId": "last"},
    ]
    content = steps(reading("one", timeout=200, onFailure=actions), reading("last"))
    mock = answering(get=[{"hang": True}, {}])

    assert (await executed(executor, content, mock))[0].success
    assert 2 == len(mock.seen)


@pytest.mark.arazzo("D1")
async def test_what_a_lost_worker_may_have_sent_is_not_sent_again(executor: Executor) -> None:
    """One attempt for a call that is not safe and has no key; others may be begun again by another worker."""
    sent = {"stepId": "sent", "operationId": "call", "successCriteria": OK}
    mock = Mock({"POST /calls": [Answer()], THINGS: [Answer()]})
    _, handle = await executed(executor, steps(reading("read"), sent), mock)
    attempts: Mapping[str, int] = {
        one.activity_task_scheduled_event_attributes.activity_id: (
            one.activity_task_scheduled_event_attributes.retry_policy.maximum_attempts
        )
        for one in await history(handle)
        if one.HasField("activity_task_scheduled_event_attributes")
    }

    assert 1 == attempts["sent"]
    assert 1 != attempts["read"]
