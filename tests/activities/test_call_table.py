"""The design's table of calls, a row each: what comes back over HTTP, what it says of the effect, and what follows."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from activities.http import LONGEST_BODY
from tests.activities.calling import THING, Verdict, call, endpoint, failure_of, verdict
from tests.activities.raw import JSON, PROBLEM, Connection, RawServer, answering


def problem(name: str, **members: object) -> bytes:
    return json.dumps({"type": f"urn:problem:{name}", **members}).encode()


class Row(NamedTuple):
    """An answer, and the failure that it becomes."""

    status: int
    verdict: Verdict
    body: bytes = b""
    headers: Mapping[str, str] = PROBLEM


OUT_OF_STOCK = Verdict("refused", "OutOfStock", retry=False)
INVALID = Verdict("unknown", "ResponseInvalid", retry=False)
SERVER_FAILED = Verdict("unknown", "ServerFailed", retry=True)
REQUEST_REFUSED = Verdict("refused", "RequestRefused", retry=False)
CREDENTIALS_REFUSED = Verdict("refused", "CredentialsRefused", retry=False)

TABLE = {
    "200 of another shape": Row(200, INVALID, b'{"result": "ok"}', JSON),
    "200 with a wrong type": Row(200, INVALID, b'{"id": 1, "status": "made"}', JSON),
    "200 that is not JSON": Row(200, INVALID, b"<html>OK</html>", {"Content-Type": "text/html"}),
    "200 without a body": Row(200, INVALID, b"", JSON),
    "200 that is too long": Row(200, INVALID, THING + b" " * LONGEST_BODY, JSON),
    "200 that cannot be decoded": Row(200, INVALID, THING, {**JSON, "Content-Encoding": "gzip"}),
    "204": Row(204, INVALID, b"", {}),
    "302": Row(302, INVALID, b"", {"Location": "http://127.0.0.1:1/"}),
    "304": Row(304, INVALID, b"", {}),
    "307": Row(307, INVALID, b"", {"Location": "/elsewhere"}),
    "400": Row(400, REQUEST_REFUSED),
    "401": Row(401, CREDENTIALS_REFUSED, problem("out-of-stock")),
    "403": Row(403, CREDENTIALS_REFUSED, problem("out-of-stock")),
    "402 with a type": Row(
        402, Verdict("refused", "PaymentRefused", retry=False), problem("payment-refused")
    ),
    "404": Row(404, REQUEST_REFUSED),
    "404 with an HTML page": Row(404, REQUEST_REFUSED, b"<html>", {"Content-Type": "text/html"}),
    "404 that cannot be decoded": Row(404, REQUEST_REFUSED, b"{}", {**JSON, "Content-Encoding": "gzip"}),
    "408": Row(408, Verdict("refused", "RequestTimedOut", retry=True)),
    "409 in conflict": Row(409, OUT_OF_STOCK, problem("out-of-stock")),
    "409 under its tombstone": Row(
        409, Verdict("refused", "AlreadyCompensated", retry=False), problem("already-compensated")
    ),
    "409 while the key is in progress": Row(
        409, Verdict("unknown", "KeyInProgress", retry=True), problem("key-in-progress")
    ),
    "410 with a type as a URL": Row(
        410, OUT_OF_STOCK, b'{"type": "https://example.com/problems/out-of-stock"}', JSON
    ),
    "422 for another body": Row(422, Verdict("unknown", "KeyReused", retry=False), problem("key-reused")),
    "425": Row(425, Verdict("refused", "RequestTooEarly", retry=True)),
    "429": Row(429, Verdict("refused", "RequestThrottled", retry=True), problem("throttled")),
    "500": Row(500, SERVER_FAILED, problem("internal-error")),
    "501": Row(501, SERVER_FAILED),
    "502": Row(502, SERVER_FAILED, b"<html>", {"Content-Type": "text/html"}),
    "503": Row(503, Verdict("refused", "ServiceUnavailable", retry=True), problem("unavailable")),
    "504": Row(504, SERVER_FAILED),
    "599": Row(599, SERVER_FAILED),
    "600": Row(600, INVALID),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
async def test_an_answer(row: Row) -> None:
    """Each answer is classified as its row of the table says."""
    async with RawServer(answering(row.status, row.body, row.headers)) as server:
        failure = await failure_of(endpoint(server.url))

    assert row.verdict == verdict(failure)


@pytest.mark.parametrize("status", [200, 201, 202, 299])
async def test_a_valid_answer(status: int) -> None:
    """Any 2xx whose body is as promised confirms the effect; unknown fields do not matter."""
    async with RawServer(answering(status, THING)) as server:
        answer = await call(endpoint(server.url))

    assert ("thing_1", "made") == (answer.id, answer.status)


async def test_a_refused_connection() -> None:
    """Where nobody listens nothing was sent: refused, and tried again."""
    async with RawServer(answering(200, THING)) as server:
        called = endpoint(server.url)
    failure = await failure_of(called)

    assert Verdict("refused", "ConnectionFailed", retry=True) == verdict(failure)


async def test_a_lost_connection() -> None:
    """A connection lost after sending leaves the effect unknown, and the call is tried again."""

    async def script(connection: Connection) -> None:
        await connection.request()

    async with RawServer(script) as server:
        failure = await failure_of(endpoint(server.url))

    assert Verdict("unknown", "ConnectionLost", retry=True) == verdict(failure)


async def test_an_answer_that_does_not_come() -> None:
    """A read timeout leaves the effect unknown, and the call is tried again."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.gone()

    async with RawServer(script) as server:
        failure = await failure_of(endpoint(server.url))

    assert Verdict("unknown", "ResponseTimedOut", retry=True) == verdict(failure)


async def test_a_confirmation_that_is_cut_off() -> None:
    """The head of a success without its body is a lost answer, not a result."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{")

    async with RawServer(script) as server:
        failure = await failure_of(endpoint(server.url))

    assert Verdict("unknown", "ConnectionLost", retry=True) == verdict(failure)


async def test_a_refusal_that_is_cut_off() -> None:
    """The head of a refusal says enough, whatever becomes of its body."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 99\r\n\r\n{")

    async with RawServer(script) as server:
        failure = await failure_of(endpoint(server.url))

    assert Verdict("refused", "ServiceUnavailable", retry=True) == verdict(failure)
