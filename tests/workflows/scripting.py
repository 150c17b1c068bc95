"""Plays small documents durably, against a service that answers by a script and remembers what it was asked."""

import asyncio
from collections import UserDict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import JsonValue
from temporalio.client import WorkflowFailureError

from arazzo.compiling import compile_plan
from arazzo.frames import Outcome
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.plan import Plan
from arazzo.reading import Mode
from arazzo.source import Source, read
from tests.arazzo.documents import Fields, loaded
from tests.arazzo.microcases.mock import Answer, Mock, Seen, listening
from tests.workflows.documents import play
from tests.workflows.playing import PATIENCE, Handle, Playing
from workflows.arazzo_failures import outcome_in

API = """
openapi: 3.1.0
info: {title: Anything, version: '1'}
servers: [{url: https://anything.example}]
paths:
  /acts/{what}:
    parameters: [{name: what, in: path, required: true}]
    get:
      operationId: look
      responses: {'200': {description: what there is}}
    post:
      operationId: act
      parameters: [{name: Idempotency-Key, in: header}]
      requestBody: {content: {application/json: {}}}
      responses: {'200': {description: done}}
    delete:
      operationId: revoke
      requestBody: {content: {application/json: {}}}
      responses: {'204': {description: undone}}
  /unkeyed/{what}:
    parameters: [{name: what, in: path, required: true}]
    post:
      operationId: unkeyed
      requestBody: {content: {application/json: {}}}
      responses: {'200': {description: done}}
"""

OK = [{"condition": "$statusCode < 300"}]


def step(name: str, operation: str = "act", /, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a step
    """A step that acts on what it is named after."""
    parameters = [{"name": "what", "in": "path", "value": name}]
    return {
        "stepId": name,
        "operationId": operation,
        "parameters": parameters,
        "successCriteria": OK,
        **fields,
    }


def undoing(name: str, /, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of an undo
    """Takes such a step back."""
    parameters = [{"name": "what", "in": "path", "value": name}]
    return {"operationId": "revoke", "parameters": parameters, **fields}


def undoable(name: str, operation: str = "act", /, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a step
    return step(name, operation, **{"x-compensate": undoing(name), **fields})


def running(name: str, workflow: str, /, **fields: Any) -> Fields:  # noqa: ANN401 - any fields of a step
    """A step that runs a workflow."""
    return {"stepId": name, "workflowId": workflow, **fields}


def plan_of(
    fields: Fields,
    *others: Document,
    mode: Mode = Mode.STRICT,
    workflow: str | None = None,
    described: Sequence[Source] = (),
) -> Plan:
    root = loaded(fields, mode)
    api = read(API, uri="file:///flows/api.yaml")
    first = workflow or fields["workflows"][0]["workflowId"]
    return compile_plan(DocumentSet([root, *others], [api, *described]), root, first)


Given = int | str | dict[str, Any]
"""An answer: a status, a text, or all of it; the text is `drop` or `hang` where none comes."""


def answer(given: Given) -> Answer:
    match given:
        case int():
            return Answer(status=given, json={})
        case "drop":
            return Answer(drop=True)
        case str():
            return Answer(text=given)
        case dict():
            return Answer.model_validate(given)


class Answers(UserDict[str, Sequence[Answer]]):
    """A script; what it does not name is answered 200."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Sequence[Answer]:
        return [answer(200)]


@dataclass
class Hanging(Mock):
    """One of whose answers may not come until the test is over."""

    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer_over_http(self, request: web.Request) -> web.Response:
        response = await super().answer_over_http(request)
        if response.body == b"hang":
            await self.over.wait()
        return response


@dataclass(frozen=True)
class Scripted:
    """A service, and the worker that calls it."""

    playing: Playing
    mock: Mock
    url: str

    async def start(
        self,
        plan: Plan,
        inputs: Mapping[str, JsonValue] | None = None,
        **more: Any,  # noqa: ANN401 - of the input
    ) -> Handle:
        sources = {name for known in plan.sources.values() for name in known}
        servers = dict.fromkeys(sources, self.url)
        return await play(self.playing, plan, inputs or {}, servers=servers, **more)

    async def run(self, plan: Plan, inputs: Mapping[str, JsonValue] | None = None, **more: Any) -> Outcome:  # noqa: ANN401
        return await ended(await self.start(plan, inputs, **more))

    @property
    def calls(self) -> list[str]:
        """Method and path of each."""
        return [one.call for one in self.mock.seen]

    def seen(self, call: str) -> list[Seen]:
        return [one for one in self.mock.seen if one.call == call]

    def headers(self, call: str, name: str) -> list[str]:
        """What a header said each time."""
        given = [{key.lower(): value for key, value in one.headers.items()} for one in self.seen(call)]
        return [one[name.lower()] for one in given]

    def keys(self, call: str) -> list[str]:
        """The idempotency keys that came with a call, one after the other."""
        return self.headers(call, "Idempotency-Key")


@asynccontextmanager
async def scripted(playing: Playing, **script: Sequence[Given]) -> AsyncGenerator[Scripted]:
    """`post_stock=[503, 200]` is what is answered to `POST /acts/stock`."""
    known = {_call(name): [answer(one) for one in given] for name, given in script.items()}
    mock = Hanging(Answers(known))
    async with listening(mock) as url:
        try:
            yield Scripted(playing, mock, url)
        finally:
            mock.over.set()


def _call(name: str) -> str:
    method, _, what = name.partition("_")
    if method == "unkeyed":
        return f"POST /unkeyed/{what}"
    return f"{method.upper()} /acts/{what}"


async def ended(handle: Handle) -> Outcome:
    """How it has ended, with the outputs that a failed one has, too."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            return Outcome(success=True, outputs=await handle.result())
    except WorkflowFailureError as failure:
        return outcome_in(failure.cause, {})
