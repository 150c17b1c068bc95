"""Documents that mean harm, and documents with secrets, as people run them: on a real server, by a real worker."""

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from arazzo.run_input import RunInput
from arazzo.type_names import type_of
from models.sealing import new_key
from runtime.dev_server import DevServer
from saga.status import FlowState
from tests.activities.raw import RawServer, Request, recording
from tests.arazzo.documents import Fields, document, step, workflow, written
from tests.arazzo.hostile import documents
from tests.arazzo.planning import planned
from tests.cli.commands import Answer, CommandLine, refusal
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

pytestmark = pytest.mark.arazzo("D22")

KEY = new_key()
SECRETS = ("p4ssword", "t0ken-of-ada")
ANSWER = {"token": "t0ken-of-ada", "echo": "hello p4ssword", "user": "ada"}


def put(folder: Path, text: str, description: str) -> str:
    path = folder / "flow.arazzo.yaml"
    path.write_text(text)
    (folder / "api.yaml").write_text(description)
    return str(path)


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "a bomb of aliases": (documents.alias_bomb, "too-many-values"),
    "100,000 steps": (documents.many_steps, "too-large"),
    "one step 100,000 times": (documents.one_step_many_times, "too-many-values"),
    "deep nesting": (documents.deep_nesting, "too-deep"),
    "a regex that may run away": (lambda: documents.runaway_regex(r"^(a+)\1$"), "condition"),
    "a bomb of entities": (documents.entity_bomb, "document-type"),
    "an entity of a file": (documents.entity_of_a_file, "document-type"),
    "such a pattern of an input": (lambda: documents.runaway_input(r"^(?=(a+)+$)"), "schema"),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_means_harm_is_refused_before_anything_is_started(
    nowhere: CommandLine, tmp_path: Path, kind: str
) -> None:
    """By `check` with its rule and line, and by `run` without asking a server: each in a line, without a traceback."""
    make, rule = HOSTILE[kind]
    path = put(tmp_path, make(), documents.calls()[1])
    checked = await nowhere("arazzo", "check", path, "--strict", "--json")
    run = await nowhere("arazzo", "run", path, "--strict", "--input", "-", typed="{}")

    assert 1 == checked.status
    assert rule in {one["rule"] for one in checked.json["findings"] if one["severity"] == "error"}
    assert (2, "") == (run.status, run.out)
    assert run.err.startswith(f"{path} cannot be used:\n")
    assert len(run.err) < 2_000
    assert "Traceback" not in run.err + checked.err


@pytest.mark.parametrize(
    "server",
    [documents.METADATA, "http://localhost:7233", "http://10.0.0.1", "http://[::1]", "http://2130706433"],
)
async def test_a_document_that_calls_what_is_not_named_is_not_started(
    nowhere: CommandLine, tmp_path: Path, server: str
) -> None:
    """The address is held against the list before the server is asked."""
    path = put(tmp_path, *documents.calls(server))
    run = await nowhere("arazzo", "run", path, "--input", "-", typed="{}")

    assert 2 == run.status
    assert "is not called: it is not on the list of hosts; ARAZZO_ALLOWED_HOSTS names hosts" in run.err
    assert 1 == len(run.err.splitlines())


@pytest.mark.parametrize("undo", [False, True])
async def test_a_document_that_calls_code_of_ours_is_not_started(
    nowhere: CommandLine, tmp_path: Path, *, undo: bool
) -> None:
    """Our activities act with our own credentials: a document has those that a setting names, undos among them."""
    code = (
        {"x-compensate": {"activity": "payments.refund_payment"}}
        if undo
        else {"x-activity": "tasks.open_task"}
    )
    path = put(
        tmp_path,
        written(document(workflow(steps=[step(**code)]))),
        documents.calls("http://127.0.0.1:8090")[1],
    )
    run = await nowhere("arazzo", "run", path, "--input", "-", typed="{}")
    named = await nowhere(
        "arazzo", "run", path, "--input", "-", typed="{}", ARAZZO_ACTIVITIES="tasks.* payments.*"
    )

    assert (2, 3) == (run.status, named.status)
    assert "is not for documents: ARAZZO_ACTIVITIES names those that are" in run.err


LOGIN: Fields = document(
    workflow(
        "logIn",
        inputs={
            "type": "object",
            "required": ["user", "password"],
            "properties": {"user": {"type": "string"}, "password": {"type": "string", "format": "password"}},
        },
        steps=[
            step(
                "login",
                requestBody={
                    "contentType": "application/json",
                    "payload": {"user": "$inputs.user", "password": "$inputs.password"},
                },
                outputs={
                    "token": "$response.body#/token",
                    "echo": "$response.body#/echo",
                    "user": "$response.body#/user",
                },
                **{"x-sensitive-outputs": ["token"], "x-idempotency": {}},
            ),
            step(
                "look",
                operationId="read",
                parameters=[{"name": "Who", "in": "header", "value": "Bearer {$steps.login.outputs.token}"}],
            ),
        ],
        outputs={
            "token": "$steps.login.outputs.token",
            "echo": "$steps.login.outputs.echo",
            "user": "$steps.login.outputs.user",
        },
    )
)


def described(server: str, **security: Any) -> str:  # noqa: ANN401 - of an operation
    paths: Fields = {
        "/login": {"post": {"operationId": "call", "requestBody": {"content": {"application/json": {}}}}},
        "/look": {"get": {"operationId": "read", "parameters": [{"name": "Who", "in": "header"}]}},
    }
    for path in paths.values():
        for operation in path.values():
            operation.update({"responses": {"200": {"description": "it"}}, **security})
    schemes = {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}}
    head = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "servers": [{"url": server}]}
    return written({**head, "paths": paths, "components": schemes})


@dataclass
class Site:
    """A service, a worker that may call it, and a command line."""

    server: RawServer
    requests: list[Request]
    cli: CommandLine
    worker: WorkerProcess
    log: Path

    async def run(self, path: str, given: Mapping[str, str], *more: str, **variables: str) -> Answer:
        words = ("arazzo", "run", path, "--input", "-", "--wait", "--json", *more)
        return await self.cli(*words, typed=json.dumps(given), **variables)


@pytest.fixture(name="site")
async def _site(
    dev_server: DevServer, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> AsyncIterator[Site]:
    requests: list[Request] = []
    store = tmp_path / "store"
    store.mkdir()
    (tmp_path / "bearer").write_text("cr3dential")
    async with RawServer(recording(requests, json.dumps(ANSWER).encode())) as server:
        host = server.url.removeprefix("http://")
        (tmp_path / "credentials.toml").write_text(
            f'[[credential]]\nscheme="bearerAuth"\nsource="api"\nhost="{host}"\ntoken_file="{tmp_path / "bearer"}"'
        )
        environment = {
            **stand_ins.environment(),
            "TEMPORAL_ADDRESS": dev_server.address,
            "TASK_QUEUE": task_queue,
            "SEAL_KEY": KEY,
            "ARAZZO_ALLOWED_HOSTS": f"{host} localhost",
            "ARAZZO_CREDENTIALS_FILE": str(tmp_path / "credentials.toml"),
            "LOG_LEVEL": "DEBUG",
            "PAYLOAD_STORE": str(store),
        }
        log = tmp_path / "log"
        async with WorkerProcess(environment, log=log) as worker:
            yield Site(server, requests, CommandLine({**os.environ, **environment}), worker, log)


async def test_a_worker_refuses_code_that_is_not_named(site: Site, client: Client, task_queue: str) -> None:
    """Also of a run that nobody has checked before: whoever reaches the server can start one."""
    del site
    plan = planned(document(workflow(steps=[step(**{"x-activity": "tasks.open_task"})])))
    handle = await client.start_workflow(
        type_of(plan.root), RunInput(plan=plan), id=f"{task_queue}-code", task_queue=task_queue
    )

    assert "ActivityRefused" == await end_of(handle)


async def test_secrets_are_nowhere_in_the_clear(site: Site, client: Client, tmp_path: Path) -> None:
    """The service gets them. The history, what is shown and the worker's log have none of them."""
    path = put(tmp_path, written(LOGIN), described(site.server.url))
    answer = await site.run(path, {"user": "ada", "password": "p4ssword"})
    status = await site.cli("status", answer.json["id"], "--json")
    history = await client.get_workflow_handle(answer.json["id"]).fetch_history()
    kept = b"".join(event.SerializeToString() for event in history.events)

    assert {"token": "***", "echo": "***", "user": "ada"} == answer.json["result"]
    assert {"user": "ada", "password": "p4ssword"} == json.loads(site.requests[0].body)
    assert "Bearer t0ken-of-ada" == site.requests[1].headers["who"]
    assert b"$sealed" in kept
    for secret in SECRETS:
        assert secret.encode() not in kept
        assert secret not in answer.out + answer.err + status.out + site.log.read_text()


CARD: Fields = {"type": "object", "properties": {"card": {"type": "string", "format": "password"}}}


async def test_what_a_person_fills_in_is_as_secret(site: Site, client: Client, tmp_path: Path) -> None:
    """A PIN that a form asks for goes to the service, and is in no history and no status; a seal is taken from nobody."""
    fields = {"pin": {"type": "string", "format": "password", "minLength": 4}}
    ask: Fields = {
        "prompt": "Which PIN has {$inputs.card}?",
        "inputSchema": {"type": "object", "properties": fields},
    }
    steps: list[Fields] = [
        {"stepId": "ask", "x-interaction": ask, "outputs": {"pin": "$interaction.payload#/pin"}},
        step(
            "use",
            requestBody={"contentType": "application/json", "payload": {"pin": "$steps.ask.outputs.pin"}},
        ),
    ]
    path, name = (
        put(tmp_path, written(document(workflow(steps=steps, inputs=CARD))), described(site.server.url)),
        tmp_path.name,
    )
    await site.cli("arazzo", "run", path, "--input", "-", "--id", name, typed='{"card": "4711-s3cret"}')
    handle = client.get_workflow_handle(name)
    await eventually(
        lambda: status_of(handle), lambda status: status.status is FlowState.WAITING_FOR_APPROVAL
    )

    async def approve(**answer: object) -> Answer:
        return await site.cli("approve", name, "--by", "grace", "--input", "-", typed=json.dumps(answer))

    said = [
        await approve(pin={"$sealed": "8d5f.c2Vj"}),
        await approve(pin="12"),
        await approve(pin="p4ssword"),
    ]
    await handle.result()
    kept = b"".join(event.SerializeToString() for event in (await handle.fetch_history()).events)
    status = await site.cli("status", name, "--json")

    assert "Which PIN has ***?" in status.out
    assert [2, 2, 0] == [answer.status for answer in said]
    assert "which only we may write" in said[0].err
    assert "pin: expected minLength 4" in said[1].err
    assert [{"pin": "p4ssword"}] == [json.loads(request.body) for request in site.requests]
    assert b"p4ssword" not in kept
    assert "p4ssword" not in status.out + said[2].out + site.log.read_text()


async def test_a_large_plan_goes_by_reference(site: Site, client: Client, tmp_path: Path) -> None:
    """Its history has references; worker and starter have the same folder."""
    large = {"contentType": "application/json", "payload": {"text": "x" * 900_000}}
    outputs = {"text": "$request.body#/text"}
    one = step(requestBody=large, outputs=outputs, **{"x-idempotency": {}})
    flow = document(workflow(steps=[one], outputs={"text": "$steps.one.outputs.text"}))
    path = put(tmp_path, written(flow), described(site.server.url))
    answer = await site.run(path, {})
    history = await client.get_workflow_handle(answer.json["id"]).fetch_history()

    elsewhere = await site.run(path, {}, "--id", f"{tmp_path.name}-again", PAYLOAD_STORE="")

    assert (0, 900_000) == (answer.status, len(answer.json["result"]["text"]))
    assert (2, "PayloadLost") == refusal(elsewhere)
    assert "set PAYLOAD_STORE, as the workers have it" in elsewhere.err
    assert sum(len(event.SerializeToString()) for event in history.events) < 50_000
    assert [900_011] * 2 == [len(request.body) for request in site.requests]
    assert 2 <= len([file for file in (tmp_path / "store").rglob("*") if file.is_file()])


async def test_without_a_key_a_document_with_secrets_is_not_started(
    nowhere: CommandLine, tmp_path: Path
) -> None:
    """It says what makes one."""
    path = put(tmp_path, written(LOGIN), described("http://127.0.0.1:8090"))
    given = json.dumps({"user": "ada", "password": "p4ssword"})
    run = await nowhere("arazzo", "run", path, "--input", "-", typed=given)

    assert (2, "") == (run.status, run.out)
    assert "`starter.py arazzo key` makes one" in run.err
    assert "p4ssword" not in run.err


async def test_a_credential_is_not_sent_to_another_host(site: Site, tmp_path: Path) -> None:
    """Whichever name of the same server a document uses: the call is not sent, and says where the credential belongs."""
    own = site.server.url.removeprefix("http://")
    path = put(tmp_path, written(LOGIN), described(site.server.url, security=[{"bearerAuth": []}]))
    given = {"user": "ada", "password": "p4ssword"}
    other = await site.run(
        path,
        given,
        "--server",
        f"api=http://localhost:{own.rpartition(':')[2]}",
        "--id",
        f"{tmp_path.name}-a",
    )
    before = len(site.requests)
    right = await site.run(path, given, "--id", f"{tmp_path.name}-b")

    assert (1, 0) == (other.status, before)
    assert f"bearerAuth of api belongs to {own}, and is not sent elsewhere" in other.json["error"]["message"]
    assert 0 == right.status
    assert {"Bearer cr3dential"} == {request.headers["authorization"] for request in site.requests}
    assert "cr3dential" not in other.out + right.out + site.log.read_text()
