"""One attempt: what it hands on to the next, when it beats, and which cancel ends it."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.activity import ActivityCancellationDetails
from temporalio.testing import ActivityEnvironment

import activities.attempt
from tests.activities.calling import THING, Attempt, Thing, Verdict, call, endpoint, failure_of, verdict
from tests.activities.raw import Connection, RawServer, answering

REFUSED = Verdict("refused", "ServiceUnavailable", retry=True)
UNKNOWN = Verdict("unknown", "ServiceUnavailable", retry=True)
PATIENT = "10s"


class Held:
    """A downstream that answers when the test says so."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()
        self.gone = asyncio.Event()

    async def __call__(self, connection: Connection) -> None:
        await connection.request()
        self.arrived.set()
        left = asyncio.create_task(connection.gone())
        released = asyncio.create_task(self.released.wait())
        await asyncio.wait({left, released}, return_when=asyncio.FIRST_COMPLETED)
        if left.done():
            self.gone.set()
        await connection.answer(201, THING)


def heartbeats_of(environment: ActivityEnvironment) -> list[object]:
    """Everything that will be recorded from now on."""
    details: list[object] = []
    environment.on_heartbeat = lambda *found: details.extend(found)
    return details


HISTORIES = {
    "the first": (Attempt(1), REFUSED, 1),
    "after one that was refused": (Attempt(2, ({"refused_attempts": 1},)), REFUSED, 2),
    "after one that left no record": (Attempt(2), UNKNOWN, 0),
    "after one that was refused and one that left no record": (
        Attempt(3, ({"refused_attempts": 1},)),
        UNKNOWN,
        0,
    ),
    "after one of unknown outcome": (Attempt(2, ({"refused_attempts": 0},)), UNKNOWN, 0),
    "after records of somebody else": (Attempt(2, ("50 %",)), UNKNOWN, 0),
    "the first after a reset": (Attempt(1, ({"refused_attempts": 0},), was_reset=True), UNKNOWN, 0),
    "the second after a reset": (Attempt(2, ({"refused_attempts": 0},), was_reset=True), UNKNOWN, 0),
}


@pytest.mark.parametrize(("attempt", "expected", "record"), HISTORIES.values(), ids=HISTORIES)
async def test_refused_is_said_only_if_every_attempt_was(
    attempt: Attempt, expected: Verdict, record: int
) -> None:
    """An attempt that may have had an effect makes the whole unknown, whatever the later ones say."""
    environment = attempt.environment()
    details = heartbeats_of(environment)
    async with RawServer(answering(503, b"")) as server:
        failure = await failure_of(endpoint(server.url), environment=environment)

    assert expected == verdict(failure)
    assert [{"refused_attempts": record}] == details


async def test_a_business_refusal_after_an_unknown_attempt() -> None:
    """The type is the refusal's, and the effect of the earlier attempt still has to be undone."""
    async with RawServer(answering(409, b'{"type": "urn:problem:out-of-stock"}')) as server:
        failure = await failure_of(endpoint(server.url), environment=Attempt(2).environment())

    assert Verdict("unknown", "OutOfStock", retry=False) == verdict(failure)
    assert failure.message.endswith("it may have taken effect")


async def test_the_last_attempt_hands_nothing_on() -> None:
    """Where no attempt follows none is promised, and nothing recorded; it counts as exhausted, not as refused."""
    environment = Attempt(5, ({"refused_attempts": 4},)).environment()
    details = heartbeats_of(environment)
    async with RawServer(answering(503, b"")) as server:
        failure = await failure_of(endpoint(server.url), environment=environment)

    assert REFUSED == verdict(failure)
    assert "payments /things: answered 503; it had no effect" == failure.message
    assert [] == details


@pytest.mark.parametrize("heartbeat_timeout", [None, timedelta(seconds=10)])
async def test_a_call_that_is_answered_at_once_costs_no_heartbeat(
    heartbeat_timeout: timedelta | None,
) -> None:
    """The happy path records nothing."""
    environment = Attempt(heartbeat_timeout=heartbeat_timeout).environment()
    details = heartbeats_of(environment)
    async with RawServer(answering(201, THING)) as server:
        await call(endpoint(server.url), environment=environment)

    assert [] == details


async def test_a_slow_call_beats_and_keeps_the_record() -> None:
    """A beat does not overwrite what the attempts before have said."""
    held, details = Held(), list[object]()
    environment = Attempt(3, ({"refused_attempts": 2},), timedelta(milliseconds=200)).environment()

    def beat(*found: object) -> None:
        details.extend(found)
        if len(details) == 2:
            held.released.set()

    environment.on_heartbeat = beat
    async with RawServer(held) as server:
        await call(endpoint(server.url, read_timeout=PATIENT), environment=environment)

    assert [{"refused_attempts": 2}] * 2 == details[:2]


async def test_a_body_without_end_is_given_up_in_time() -> None:
    """A call ends before its attempt does, so that the attempt can say what came of it."""

    async def trickle(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            await connection.send(b" ")
            await asyncio.sleep(0.05)

    attempt = Attempt(start_to_close_timeout=timedelta(milliseconds=500))
    async with RawServer(trickle) as server:
        failure = await failure_of(endpoint(server.url), environment=attempt.environment())

    assert Verdict("unknown", "ResponseTimedOut", retry=True) == verdict(failure)
    assert "not complete after 0.45 s" in failure.message


async def _cancelled(
    held: Held, details: ActivityCancellationDetails, server: RawServer
) -> asyncio.Task[Thing]:
    """A call that has been cancelled while its request was under way."""
    environment = Attempt().environment()
    running = asyncio.create_task(call(endpoint(server.url, read_timeout=PATIENT), environment=environment))
    await held.arrived.wait()
    environment.cancel(details)
    return running


async def test_a_cancel_of_the_flow_waits_for_the_answer() -> None:
    """The request goes on, and its outcome is the attempt's, or the refund would overtake the charge."""
    held = Held()
    async with RawServer(held) as server:
        running = await _cancelled(held, ActivityCancellationDetails(cancel_requested=True), server)
        await asyncio.sleep(0)  # the cancel is delivered
        held.released.set()
        answer = await running

    assert "thing_1" == answer.id
    assert not held.gone.is_set()


@pytest.mark.parametrize("reason", ["worker_shutdown", "paused", "reset", "timed_out", "not_found"])
async def test_any_other_cancel_hands_the_attempt_back(reason: str) -> None:
    """The request is given up, its connection closed, and the attempt ends as cancelled, to be made anew."""
    held = Held()
    async with RawServer(held) as server:
        running = await _cancelled(held, ActivityCancellationDetails(**{reason: True}), server)
        with pytest.raises(asyncio.CancelledError):
            await running
        await held.gone.wait()


async def test_an_answer_that_came_with_the_cancel_counts() -> None:
    """Handing back an attempt whose answer is there would only repeat the call."""
    environment = Attempt().environment()

    async def answered() -> str:
        environment.cancel(ActivityCancellationDetails(worker_shutdown=True))
        return "answer"

    async def run() -> str:
        return await activities.attempt.Attempt().run(answered())

    assert "answer" == await environment.run(run)
