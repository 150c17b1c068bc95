"""What a call sends, what it never does, and what its failures tell."""

import json
from datetime import timedelta

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from pydantic import BaseModel

from activities.http import Downstream
from saga.headers import Outcome, step_failure
from tests.activities.calling import FIRST, STEP, THING, Attempt, call, endpoint, failure_of
from tests.activities.raw import PROBLEM, Connection, RawServer, Request, answering, recording

TOKEN = "tok-s3cret"
TRACE = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


async def test_a_call_is_a_post_of_the_request_under_the_steps_key() -> None:
    """The key, the correlation id and the body arrive, and nothing that was not asked for."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        await call(endpoint(f"{server.url}/payments/"))

    [request] = requests
    assert "POST /payments/things HTTP/1.1" == request.line
    assert {"order_id": "A-1"} == json.loads(request.body)
    assert STEP.key == request.headers["idempotency-key"]
    assert STEP.correlation_id == request.headers["x-correlation-id"]
    assert "application/json" == request.headers["content-type"]
    assert not {"x-compensates", "authorization", "traceparent", "cookie"} & request.headers.keys()


async def test_a_compensation_names_the_key_that_it_undoes() -> None:
    """X-Compensates is the key of the step, beside the compensation's own."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        await call(endpoint(server.url), step=STEP.model_copy(update={"key": "k-2", "compensates": STEP.key}))

    assert ("k-2", STEP.key) == (requests[0].headers["idempotency-key"], requests[0].headers["x-compensates"])


async def test_a_correlation_id_is_made_fit_for_a_header_line() -> None:
    """An id that is not ASCII, or has a line end in it, neither breaks a call nor adds a header."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        await call(
            endpoint(server.url), step=STEP.model_copy(update={"correlation_id": "größe\r\nX-Evil: 1"})
        )

    assert "gr%C3%B6%C3%9Fe%0D%0AX-Evil:%201" == requests[0].headers["x-correlation-id"]


async def test_the_trace_goes_on() -> None:
    """Within a trace the request carries its traceparent."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        with trace.use_span(NonRecordingSpan(TRACE)):
            await call(endpoint(server.url))

    assert f"00-{0xABC:032x}-{0xDEF:016x}-01" == requests[0].headers["traceparent"]


class Shipped(BaseModel):
    order_id: str = "A-1"
    reservation_id: str = "res 1&x=2"


async def test_fields_for_the_query_leave_the_body() -> None:
    """A field that belongs into the query is there, quoted, under the downstream's name for it."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        await call(endpoint(server.url), asked=Shipped(), in_query={"reservation_id": "reservationId"})

    assert "reservationId=res+1%26x%3D2" == requests[0].line.split(" ")[1].partition("?")[2]
    assert {"order_id": "A-1"} == json.loads(requests[0].body)


async def test_calls_share_a_connection_and_nothing_else() -> None:
    """A pool keeps connections, but no cookies: neither those of a name nor those of an address."""
    requests: list[Request] = []

    async def script(connection: Connection) -> None:
        while True:
            requests.append(await connection.request())
            await connection.answer(
                201, THING, {"Set-Cookie": "session=1", "Content-Type": "application/json"}
            )

    async with RawServer(script) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            async with Downstream("payments", endpoint(url)) as downstream:
                for _ in range(3):
                    await call(endpoint(url), downstream=downstream)

    assert 2 == server.connections
    assert [False] * 6 == ["cookie" in request.headers for request in requests]


async def test_a_redirect_is_not_followed() -> None:
    """A key and its body go to the downstream alone, wherever that would send them."""
    elsewhere: list[Request] = []
    async with (
        RawServer(recording(elsewhere, THING)) as other,
        RawServer(answering(308, b"", {"Location": f"{other.url}/things"})) as server,
    ):
        failure = await failure_of(endpoint(server.url))

    assert [] == elsewhere
    assert "ResponseInvalid" == failure.type


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call goes to the downstream itself, over the one transport whose exceptions are known."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with RawServer(answering(201, THING)) as server:
        assert "thing_1" == (await call(endpoint(server.url))).id


async def test_the_transport_can_be_instrumented() -> None:
    """Whatever wraps the transport sees each request and its answer."""
    seen: list[int] = []

    class Instrumented(httpx.AsyncBaseTransport):
        def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
            self._inner = inner

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await self._inner.handle_async_request(request)
            seen.append(response.status_code)
            return response

        async def aclose(self) -> None:
            await self._inner.aclose()

    async with RawServer(answering(201, THING)) as server:
        await call(endpoint(server.url), instrument=Instrumented)

    assert [201] == seen


async def test_a_failure_says_what_where_and_what_next() -> None:
    """A failure names the downstream, the operation, the answer in its own words, and the consequence."""
    body = b'{"type": "urn:problem:out-of-stock", "title": "Not enough stock", "detail": "3 of lamp, 4 asked for"}'
    async with RawServer(answering(409, body, PROBLEM)) as server:
        failure = await failure_of(endpoint(server.url))

    expected = "payments /things: answered 409 (Not enough stock: 3 of lamp, 4 asked for); it had no effect"
    assert expected == failure.message


async def test_a_downstreams_text_is_shortened_and_cleaned() -> None:
    """Text from outside cannot fill a history, break a line or drive a terminal."""
    detail = "a\x1b[31mb\r\nc\u202ed" + "x" * 10_000
    async with RawServer(
        answering(409, json.dumps({"title": "t", "detail": detail}).encode(), PROBLEM)
    ) as server:
        failure = await failure_of(endpoint(server.url))

    assert failure.message.startswith("payments /things: answered 409 (t: a [31mb c dxxx")
    assert len(failure.message) < 300


async def test_an_invalid_answer_is_told_by_its_fields() -> None:
    """What was not as promised is told by the names of fields, never by a value."""
    body = b'{"id": {"card": "4111111111111111"}, "state": "s3cret"}'
    async with RawServer(answering(200, body)) as server:
        failure = await failure_of(endpoint(server.url))

    assert "id string_type; status missing; it may have taken effect" in failure.message
    assert "4111" not in str(failure)
    assert "s3cret" not in str(failure)


async def test_a_credential_is_sent_and_never_told() -> None:
    """The downstream gets the token; a failure that quotes it does not."""
    requests: list[Request] = []

    async def script(connection: Connection) -> None:
        requests.append(await connection.request())
        await connection.answer(401, json.dumps({"detail": f"token {TOKEN} is stale"}).encode(), PROBLEM)

    async with RawServer(script) as server:
        failure = await failure_of(endpoint(server.url, token=TOKEN))

    assert f"Bearer {TOKEN}" == requests[0].headers["authorization"]
    expected = (
        "payments /things: answered 401 (token *** is stale); check PAYMENTS_TOKEN or PAYMENTS_TOKEN_FILE"
    )
    assert expected == failure.message
    assert failure.__cause__ is None


@pytest.mark.parametrize(("header", "wait"), [("7", 7), ("60", 60), ("007", 7)])
async def test_retry_after_sets_the_delay(header: str, wait: int) -> None:
    """What the downstream asks for takes the place of the back-off."""
    async with RawServer(answering(503, b"", {"Retry-After": header})) as server:
        failure = await failure_of(endpoint(server.url))

    assert timedelta(seconds=wait) == failure.next_retry_delay
    assert "tried again in" in failure.message


@pytest.mark.parametrize("header", ["0", "-5", "soon", ""])
async def test_without_a_usable_retry_after_the_policy_sets_the_delay(header: str) -> None:
    """No time, or none to be understood, leaves it to the back-off, which is never zero."""
    async with RawServer(answering(503, b"", {"Retry-After": header})) as server:
        failure = await failure_of(endpoint(server.url))

    assert failure.next_retry_delay
    assert timedelta(0) < failure.next_retry_delay <= timedelta(seconds=4)


@pytest.mark.parametrize(("header", "seconds"), [("61", 61), ("86401", 86400), ("9" * 5000, 86400)])
@pytest.mark.parametrize(
    ("attempt", "outcome"), [(FIRST, Outcome.REFUSED), (Attempt(2), Outcome.UNKNOWN)], ids=["first", "second"]
)
async def test_a_longer_wait_is_left_to_the_saga(
    header: str, seconds: int, attempt: Attempt, outcome: Outcome
) -> None:
    """Told to wait longer than the cap, the call asks for a durable wait, and says what is known so far."""
    async with RawServer(answering(429, b"", {"Retry-After": header})) as server:
        failure = await failure_of(endpoint(server.url), attempt=attempt)

    known = step_failure(failure)
    assert known is not None
    assert ("RetryLater", True) == (failure.type, failure.non_retryable)
    assert (outcome, seconds) == (known.outcome, known.retry_after)
