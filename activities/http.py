"""One call to a downstream: under the step's key, bounded, heard out when the flow is cancelled."""

import string
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from string import Formatter
from typing import Literal, Self
from urllib.parse import quote

import httpx
from opentelemetry.propagate import inject
from pydantic import BaseModel
from temporalio.exceptions import ApplicationError

from activities.attempt import Attempt
from activities.callbacks import Callbacks
from activities.credential import Credential, CredentialUnreadable
from activities.endpoint import Endpoint
from activities.failure import RETRY_AFTER_CAP, FailureTerms
from activities.transport import open_transport
from activities.verdict import Answer, Confirmed, Failed, Reply, classify
from saga.headers import Outcome, accepted, current_step

Method = Literal["POST", "PATCH"]
Instrument = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]

LONGEST_BODY = 1024 * 1024


class Downstream:
    """A service that we call, with its pool of connections, from `async with` on."""

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        *,
        retry_after_cap: timedelta = RETRY_AFTER_CAP,
        instrument: Instrument | None = None,
        callbacks: Callbacks | None = None,
    ) -> None:
        self._name = name
        self._callbacks = callbacks
        self._credential = Credential(endpoint.token, endpoint.token_file)
        self._terms = FailureTerms(
            name.upper(),
            f"{name.upper()}_TOKEN or {name.upper()}_TOKEN_FILE",
            endpoint.key_retention,
            retry_after_cap,
        )
        transport = open_transport(endpoint)
        self._client = _client(endpoint, instrument(transport) if instrument else transport)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def call(
        self,
        path: str,
        request: BaseModel,
        *,
        returns: type[Answer],
        in_query: Mapping[str, str] | None = None,
        method: Method = "POST",
        asynchronous: bool = False,
    ) -> Answer:
        """POST the request under the running step's key.

        The fields named by `in_query` go into the query, under the names that it gives; all others into the body.
        An `asynchronous` operation may answer 202, that it will be done: it is told where to call back.
        Raises the failures of saga.headers, which carry the outcome over all attempts.
        """
        fields = in_query or {}

        def judge(came_back: Reply | Exception) -> Confirmed[Answer] | Failed:
            if asynchronous and isinstance(came_back, Reply) and came_back.status == HTTPStatus.ACCEPTED:
                raise accepted(f"{self._name} {path}: answered 202, and will be done later")
            return classify(came_back, returns)

        return await self.send(
            path,
            method=method,
            query={name: str(getattr(request, field)) for field, name in fields.items()},
            content=request.model_dump_json(exclude=set(fields), by_alias=True),
            headers={
                "Content-Type": "application/json",
                **_keys(),
                **(self._callbacks.headers() if self._callbacks and asynchronous else {}),
            },
            judge=judge,
        )

    async def send(
        self,
        path: str,
        *,
        content: str | bytes,
        headers: Mapping[str, str],
        judge: Callable[[Reply | Exception], Confirmed[Answer] | Failed],
        query: Mapping[str, str] | None = None,
        method: Method = "POST",
    ) -> Answer:
        """Send `content`, which carries the running step's key; `judge` says what came of this attempt."""
        attempt = Attempt()
        self._terms.check_key(attempt, f"{self._name} {path}")
        came_back = await self._came_back(
            attempt, method, path, query=query or {}, content=content, headers=headers
        )
        verdict = judge(came_back)
        if isinstance(verdict, Confirmed):
            return verdict.answer
        raise self._failure(attempt, path, verdict, attempt.outcome(verdict.outcome))

    async def ask(
        self,
        path: str,
        *,
        content: str,
        returns: type[Answer],
    ) -> Answer:
        """POST what leaves nothing behind: as with `read`, every failure is one that is certainly without effect."""
        attempt, headers = Attempt(), {"Content-Type": "application/json", **_keys()}
        came_back = await self._came_back(attempt, "POST", path, query={}, content=content, headers=headers)
        return self._without_effect(attempt, path, classify(came_back, returns))

    async def read(
        self, path: str, *, returns: type[Answer], params: Mapping[str, str] | None = None
    ) -> Answer | None:
        """GET what is at the path; None where the downstream says that there is none (404).

        Each `{name}` in the path is filled from `params`, and what is left of them is the query. A read has no
        effect, so every failure of it is one that is certainly without; hence an activity that reads makes no call.
        """
        attempt, query = Attempt(), dict(params or {})
        names = {name for _, name, _, _ in Formatter().parse(path) if name}
        filled = path.format_map({name: quote(query.pop(name), safe="") for name in names})
        came_back = await self._came_back(attempt, "GET", filled, query=query)
        if isinstance(came_back, Reply) and came_back.status == HTTPStatus.NOT_FOUND:
            return None
        return self._without_effect(attempt, path, classify(came_back, returns))

    def _without_effect(self, attempt: Attempt, path: str, verdict: Confirmed[Answer] | Failed) -> Answer:
        if isinstance(verdict, Confirmed):
            return verdict.answer
        raise self._failure(attempt, path, verdict, Outcome.REFUSED)

    async def _came_back(
        self,
        attempt: Attempt,
        method: Literal["GET"] | Method,
        path: str,
        *,
        query: Mapping[str, str],
        content: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply | Exception:
        try:
            sent = {**flow_headers(), **(headers or {}), **self._credential.headers()}
            built = self._client.build_request(
                method, path, params=query or None, content=content, headers=sent
            )
            return await attempt.run(exchange(self._client, built))
        except (CredentialUnreadable, TimeoutError) as error:
            return error

    def _failure(self, attempt: Attempt, path: str, failed: Failed, outcome: Outcome) -> ApplicationError:
        what = self._credential.hidden_in(f"{self._name} {path}: {failed.message}")
        return self._terms.failure(attempt, what, failed, outcome)


async def exchange(client: httpx.AsyncClient, request: httpx.Request) -> Reply | httpx.TransportError:
    """Send one request and hear its answer out, body and all."""
    try:
        response = await client.send(request, stream=True)
    except httpx.TransportError as error:
        return error
    try:
        return Reply(response.status_code, response.headers, await _content(response))
    except httpx.TransportError as error:
        # The head of a failure says enough; a success is only as good as its body.
        return error if response.is_success else Reply(response.status_code, response.headers, None)
    finally:
        await response.aclose()


def _client(endpoint: Endpoint, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=endpoint.url,
        transport=transport,
        timeout=httpx.Timeout(
            connect=endpoint.connect_timeout.total_seconds(),
            read=endpoint.read_timeout.total_seconds(),
            write=endpoint.write_timeout.total_seconds(),
            pool=endpoint.pool_timeout.total_seconds(),
        ),
        headers={
            "Accept": "application/json, application/problem+json",
            "User-Agent": "durable-sagas",
        },
        cookies=no_cookies(),
        follow_redirects=False,
    )


def no_cookies() -> CookieJar:
    """No call depends on another."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _keys() -> dict[str, str]:
    step = current_step()
    undone = {"X-Compensates": step.compensates} if step.compensates else {}
    return {"Idempotency-Key": step.key, **undone}


def flow_headers() -> dict[str, str]:
    """Correlation id and trace of the running step."""
    correlation_id = quote(current_step().correlation_id, safe=string.punctuation)  # a header line is ASCII
    found = {"X-Correlation-ID": correlation_id}
    inject(found)  # traceparent, where there is a trace
    return found


async def _content(response: httpx.Response) -> bytes | None:
    """The body as far as it is bounded and decodes."""
    content = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > LONGEST_BODY:
                return None
    except httpx.DecodingError:
        return None
    return bytes(content)
