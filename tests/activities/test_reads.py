"""What a read sends, what it answers, and that none of its failures may have had an effect."""

from collections.abc import Mapping

import pytest
from temporalio.exceptions import ApplicationError

from activities.endpoint import Endpoint
from activities.http import Downstream
from saga.headers import enter_step
from tests.activities.calling import FIRST, STEP, THING, Attempt, Thing, Verdict, endpoint, verdict
from tests.activities.raw import JSON, PROBLEM, Connection, RawServer, Request, Script, answering, recording
from tests.activities.test_call_table import TABLE, Row

UNDOING = STEP.model_copy(update={"compensates": "k-1"})


async def read(
    called: Endpoint,
    path: str = "/things",
    params: Mapping[str, str] | None = None,
    attempt: Attempt = FIRST,
) -> Thing | None:
    """One read, in one attempt."""

    async def run() -> Thing | None:
        enter_step(UNDOING)
        async with Downstream("payments", called) as downstream:
            return await downstream.read(path, params=params, returns=Thing)

    return await attempt.environment().run(run)


async def failure_of(script: Script, attempt: Attempt = FIRST) -> ApplicationError:
    async with RawServer(script) as server:
        try:
            answer = await read(endpoint(server.url), attempt=attempt)
        except ApplicationError as error:
            return error
    raise AssertionError(f"it did not fail: {answer}")


async def test_a_read_is_a_get_without_a_key() -> None:
    """It has the flow's correlation id and the parameters, quoted, and neither a body nor a key."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        found = await read(
            endpoint(f"{server.url}/crm"), "/customers/{id}/orders", {"id": "a/b?c", "state": "open & paid"}
        )

    [request] = requests
    assert Thing(id="thing_1", status="made") == found
    assert "GET /crm/customers/a%2Fb%3Fc/orders?state=open+%26+paid HTTP/1.1" == request.line
    assert b"" == request.body
    assert STEP.correlation_id == request.headers["x-correlation-id"]
    assert not {"idempotency-key", "x-compensates", "content-type"} & request.headers.keys()


async def test_what_is_not_there_is_none() -> None:
    """404 is an answer to a read."""
    async with RawServer(answering(404, b"", PROBLEM)) as server:
        assert await read(endpoint(server.url)) is None


def without_effect(row: Row) -> Verdict:
    return row.verdict._replace(outcome="refused")


@pytest.mark.parametrize("name", [name for name in TABLE if not name.startswith("404")])
@pytest.mark.parametrize("attempt", [FIRST, Attempt(3)], ids=["first", "third"])
async def test_a_failed_read(name: str, attempt: Attempt) -> None:
    """An answer is classified as that to a call, and is certainly without effect, whatever was before."""
    row = TABLE[name]
    failure = await failure_of(answering(row.status, row.body, row.headers), attempt)

    assert without_effect(row) == verdict(failure)


async def test_an_answer_that_does_not_come() -> None:
    """A lost read is repeated, and had no effect."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.gone()

    assert Verdict("refused", "ResponseTimedOut", retry=True) == verdict(await failure_of(script))


async def test_a_read_told_to_wait_long() -> None:
    """The durable wait that it asks for is that of a step without effect."""
    failure = await failure_of(answering(503, b"", {**JSON, "Retry-After": "600"}), Attempt(2))

    assert Verdict("refused", "RetryLater", retry=False) == verdict(failure)
