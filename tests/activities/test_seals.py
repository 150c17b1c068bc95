"""Secrets of documents' steps: open in the request, sealed in what the step gives, veiled in what it says."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from uuid import UUID

import pytest
from pydantic import SecretStr
from temporalio.exceptions import ApplicationError

from activities.document_calls import DocumentCalls
from activities.documents import Documents
from activities.outbound_settings import OutboundSettings
from activities.seals import Seals
from arazzo.interpreter import Verdict
from arazzo.step_input import StepInput
from models.sealing import Sealer, new_key
from models.seals import MARK, masked
from saga.headers import RETRY_LATER, Outcome, StepFailure, enter_step, step_failure
from tests.activities.calling import FIRST, STEP
from tests.activities.raw import PROBLEM, Connection, RawServer, Request, answering, recording
from tests.arazzo.documents import Fields, document, step, workflow
from tests.arazzo.planning import planned

Result = TypeVar("Result")

SEALER = Sealer([SecretStr(new_key())])
LOGIN = step(
    "login",
    operationId="give",
    parameters=[{"name": "id", "in": "path", "value": "ada"}],
    requestBody={"contentType": "application/json", "payload": {"password": "$inputs.password"}},
    outputs={
        "token": "$response.body#/token",
        "echo": "$response.body#/echo",
        "header": "$response.body#/header",
        "user": "$response.body#/user",
        "missing": "$response.body#/missing",
    },
    **{"x-sensitive-outputs": ["token", "missing"]},
)
ANSWER = {"token": "t0ken", "echo": "for s3cret", "header": "Bearer t0ken", "user": "ada"}


INPUTS: Fields = {"type": "object", "properties": {"password": {"type": "string", "format": "password"}}}


def given(*fields: Fields, url: str, **known: Any) -> StepInput:  # noqa: ANN401 - any of its fields
    """The last of these steps."""
    plan = planned(document(workflow(steps=[*fields], inputs=INPUTS)))
    return StepInput(
        workflow=plan.root,
        planned=plan.workflows[plan.root].steps[-1],
        spec=plan.workflows[plan.root].spec,
        servers={"api": url},
        key=str(UUID(int=1)),
        **known,
    )


Work = Callable[[Documents], Coroutine[Any, Any, Result]]


async def working(work: Work[Result], sealer: Sealer | None = SEALER) -> Result:
    """As an activity of a worker that has this key."""

    async def run() -> Result:
        enter_step(STEP)
        settings = OutboundSettings.model_validate({"allowed_hosts": "127.0.0.1"})
        async with DocumentCalls(settings) as calls:
            return await work(Documents(calls, {}, Seals(sealer)))

    return await FIRST.environment().run(run)


async def called(asked: StepInput, sealer: Sealer | None = SEALER) -> Verdict:
    return await working(lambda documents: documents.call(asked), sealer)


@pytest.mark.arazzo("D4")
async def test_a_secret_goes_into_the_request_and_nothing_of_it_comes_out() -> None:
    """The service gets it; what it says back of it, and what is called sensitive, is sealed."""
    requests: list[Request] = []
    async with RawServer(recording(requests, json.dumps(ANSWER).encode())) as server:
        verdict = await called(given(LOGIN, url=server.url, inputs={"password": SEALER.seal("s3cret")}))

    assert {"password": "s3cret"} == json.loads(requests[0].body)
    assert {"token": "***", "echo": "***", "header": "***", "user": "ada", "missing": None} == masked(
        dict(verdict.outputs)
    )
    assert {**ANSWER, "missing": None} == SEALER.unseal_all(dict(verdict.outputs))


async def test_a_sealed_output_is_used_by_the_next_step() -> None:
    """Also within a text."""
    use = step(
        "use",
        operationId="read",
        parameters=[{"name": "q", "in": "query", "value": "is {$steps.login.outputs.token}"}],
    )
    requests: list[Request] = []
    async with RawServer(recording(requests, b"{}")) as server:
        await called(given(LOGIN, use, url=server.url, steps={"login": {"token": SEALER.seal("t0ken")}}))

    assert "?q=is%20t0ken " in requests[0].line


@pytest.mark.arazzo("D4")
async def test_a_failure_says_no_secret() -> None:
    """Neither in its message nor in the outputs of the failed step."""
    refusing = answering(422, json.dumps({**ANSWER, "title": "wrong: s3cret"}).encode(), PROBLEM)
    async with RawServer(refusing) as server:
        with pytest.raises(ApplicationError) as raised:
            await called(given(LOGIN, url=server.url, inputs={"password": SEALER.seal("s3cret")}))

    told = json.dumps([str(raised.value), raised.value.details])
    assert raised.value.__cause__ is None
    assert "s3cret" not in told
    assert "t0ken" not in told
    assert "ada" in told


@pytest.mark.arazzo("D4")
async def test_an_undo_opens_what_the_step_gave_and_says_nothing_of_it() -> None:
    """The service gets the token to take back, and its refusal is told without it."""
    undo = {
        "operationId": "release",
        "parameters": [{"name": "id", "in": "path", "value": "$steps.login.outputs.token"}],
    }
    done = Verdict(success=True, outputs={"token": SEALER.seal("t0ken")})
    requests: list[Request] = []

    async def refuse(connection: Connection) -> None:
        requests.append(await connection.request())
        await connection.answer(422, b'{"title": "t0ken is unknown"}', PROBLEM)

    async with RawServer(refuse) as server:
        asked = given(
            {**LOGIN, "x-compensate": undo, "x-probe": {"operationId": "read"}},
            url=server.url,
            inputs={"password": SEALER.seal("s3cret")},
        )
        with pytest.raises(ApplicationError) as raised:
            await working(lambda documents: documents.compensate(asked, done))

    assert "DELETE /things/t0ken HTTP/1.1" == requests[0].line
    assert "undo of login: answered 422 (*** is unknown); it had no effect" == raised.value.message


@pytest.mark.parametrize("sealer", [None, SEALER])
async def test_a_credential_that_a_service_says_back_goes_no_further(sealer: Sealer | None) -> None:
    """With a key it is sealed like any other secret, without one it is masked."""
    fields: Fields = {**LOGIN, "x-sensitive-outputs": []}
    asked = given(fields, url="http://127.0.0.1:1")
    with Seals(sealer, lambda: frozenset({"cr3dential"})).opened(asked) as opened:
        verdict = opened.closed(Verdict(success=True, outputs={"echo": "Bearer cr3dential", "user": "ada"}))

    assert {"echo": "***", "user": "ada"} == masked(dict(verdict.outputs))


async def test_a_seal_that_a_service_answers_with_goes_no_further() -> None:
    """It may be another one's secret, which the next step would send wherever its document says."""
    stolen = {"user": SEALER.seal("another one's"), "token": SEALER.seal("another one's")}
    async with RawServer(answering(200, json.dumps(stolen).encode())) as server:
        verdict = await called(given(LOGIN, url=server.url, inputs={"password": SEALER.seal("s3cret")}))

    assert "***" == verdict.outputs["user"]
    assert stolen["token"] == SEALER.unseal_all(verdict.outputs["token"])


@pytest.mark.parametrize("sealer", [None, Sealer([SecretStr(new_key())])])
async def test_without_the_key_nothing_is_sent(sealer: Sealer | None) -> None:
    """The flow waits durably, however often the step may be tried: a worker that has the key may take it."""
    async with RawServer(answering(200, b"{}")) as server:
        asked = given(LOGIN, url=server.url, inputs={"password": SEALER.seal("s3cret")})
        with pytest.raises(ApplicationError) as raised:
            await called(asked, sealer)
    known = step_failure(raised.value)

    assert RETRY_LATER == raised.value.type
    assert known == StepFailure(outcome=Outcome.REFUSED, retry_after=30)
    assert 0 == server.connections
    assert MARK not in str(raised.value)
