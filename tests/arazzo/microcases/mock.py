"""A service that answers by a script, and remembers what it was asked: what a micro-case calls, over HTTP or without."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, JsonValue

_PLACE = re.compile(r"\{\{([\w.-]+)\}\}")


class Answer(BaseModel):
    """One of a script. Texts in it may quote the request: `{{query.q}}`, `{{body}}`."""

    model_config = ConfigDict(extra="forbid")

    status: int = 200
    headers: dict[str, str] = Field(default={})
    json_: JsonValue = Field(default=None, alias="json")
    text: str | None = None
    drop: bool = False
    """The connection is closed without an answer."""
    hang: bool = False
    """The connection stays open without an answer."""


Script = Mapping[str, Sequence[Answer]]
"""By method and path, such as `GET /stock`: the first answer, the second, and so on; the last one stays."""


@dataclass(frozen=True)
class Seen:
    """A request that has come."""

    call: str
    """Method, path and query."""
    headers: Mapping[str, str]
    body: JsonValue
    at: float


class Written(NamedTuple):
    """An answer as it goes out."""

    status: int
    headers: dict[str, str]
    content: bytes
    hang: bool = False


@dataclass
class Mock:
    """Answers, and remembers."""

    script: Script
    seen: list[Seen] = field(default_factory=list[Seen])
    hits: Counter[str] = field(default_factory=Counter[str])

    def answer(self, request: Seen) -> Written | None:
        """What the script says to it; None where the connection is to be dropped."""
        self.seen.append(request)
        name, _, query = request.call.partition("?")
        if name not in self.script:
            return Written(501, {"Content-Type": "application/json"}, b'{"nobody": "expected it"}')
        answers = self.script[name]
        answer = answers[min(self.hits[name], len(answers) - 1)]
        self.hits[name] += 1
        told: dict[str, Any] = {"query": dict(parse_qsl(query)), "body": request.body}
        return None if answer.drop else _written(answer, told)

    async def answer_over_http(self, request: web.Request) -> web.Response:
        call, at = f"{request.method} {request.path_qs}", asyncio.get_running_loop().time()
        written = self.answer(Seen(call, lower(request.headers), parsed(await request.text()), at))
        if written is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if written.hang:
            await asyncio.Event().wait()  # until who asks gives up
        return web.Response(status=written.status, headers=written.headers, body=written.content)


@asynccontextmanager
async def listening(mock: Mock) -> AsyncGenerator[str]:
    """The address where it answers."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", mock.answer_over_http)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _written(answer: Answer, told: dict[str, Any]) -> Written:
    if answer.text is not None:
        return Written(answer.status, {"Content-Type": "text/plain"} | answer.headers, answer.text.encode())
    content = {} if answer.json_ is None else _filled(answer.json_, told)
    headers = {"Content-Type": "application/json"} | answer.headers
    return Written(answer.status, headers, json.dumps(content).encode(), answer.hang)


def _filled(value: JsonValue, told: dict[str, Any]) -> JsonValue:
    """The value with what the request says in its places; a whole text that is a place keeps its type."""
    match value:
        case dict():
            return {name: _filled(one, told) for name, one in value.items()}
        case list():
            return [_filled(one, told) for one in value]
        case str() if whole := _PLACE.fullmatch(value):
            return _told(told, whole[1])
        case str():
            return _PLACE.sub(lambda place: str(_told(told, place[1])), value)
        case _:
            return value


def _told(told: JsonValue, path: str) -> JsonValue:
    for part in path.split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return told


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """By names in small letters."""
    return {name.lower(): value for name, value in headers.items()}


def parsed(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text) if text else None
    except ValueError:
        return text
    return value
