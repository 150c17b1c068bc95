"""Calls that documents ask for: built from a step's input, guarded, identified, sent once, and heard out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid5

import httpx

from activities.arazzo_credentials import CredentialRefused, Credentials
from activities.attempt import Attempt
from activities.credential import CredentialUnreadable
from activities.departures import Departures
from activities.http import Instrument, exchange, flow_headers, no_cookies
from activities.outbound import open_outbound, timeouts
from activities.outbound_settings import OutboundSettings
from activities.verdict import Failed, Reply, failed
from arazzo.answers import Answer
from arazzo.drifting import Departure, departures
from arazzo.exchange import COMPENSATES, NotPrepared, Prepared, Role, prepare
from arazzo.extensions import IDEMPOTENCY_KEY, KeyScope
from arazzo.hosts import HostRefused
from arazzo.interpreter import Verdict
from arazzo.openapi.errors import OpenApiError
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.security import apply, choose
from arazzo.step_input import StepInput, Values
from saga.headers import Outcome

KEY_IN_WAITING = "00000000-0000-0000-0000-000000000000"
"""In place of the key while the request is built from which the key follows."""


class NotSent(Exception):
    """A call that was certainly not sent, and would not be if it were tried again; the text has no secret in it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Ready:
    """A request with its key, as it will be sent but for credentials."""

    prepared: Prepared
    http: HttpRequest
    key: str


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came of one sending."""

    reply: Reply | Exception
    departures: tuple[Departure, ...] = ()
    """What of the answer is not as it is described."""

    def noted_in(self, verdict: Verdict) -> Verdict:
        """The verdict, with them among its notes."""
        return verdict.model_copy(update={"notes": (*verdict.notes, *map(str, self.departures))})

    @property
    def answer(self) -> Answer | None:
        """None: no answer came."""
        if isinstance(self.reply, Exception):
            return None
        return Answer(self.reply.status, self.reply.headers, self.reply.content)

    @property
    def failure(self) -> Failed:
        """Of one that is no success by its criteria: what is known of the effect."""
        reply = self.reply
        if not isinstance(reply, Exception) and reply.status < httpx.codes.MULTIPLE_CHOICES:
            return Failed(Outcome.UNKNOWN, "CriteriaNotMet", "", retry=False)
        return failed(reply)


class DocumentCalls:
    """One pool for all hosts that documents may call, from `async with` on."""

    def __init__(self, settings: OutboundSettings, *, instrument: Instrument | None = None) -> None:
        """Raises FileInvalid."""
        self._credentials = Credentials(settings.credentials_file)
        self._departures = Departures()
        transport = open_outbound(settings)
        self._client = httpx.AsyncClient(
            transport=instrument(transport) if instrument else transport,
            timeout=timeouts(settings),
            headers={"User-Agent": "durable-sagas"},
            cookies=no_cookies(),
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def ready(
        self, step: StepInput, role: Role = "call", *, outputs: Values | None = None, key: str = ""
    ) -> Ready:
        """The request. `key` is that of an undo or a probe; a step's own follows from its input. Raises NotSent."""
        try:
            prepared = prepare(step, role, outputs=outputs, key=key or KEY_IN_WAITING)
        except NotPrepared as error:
            raise NotSent("RequestNotBuilt", str(error)) from None
        if prepared.misfits:
            wrong = "; ".join(prepared.misfits)
            raise NotSent("RequestInvalid", f"{prepared.operation.called} does not take it: {wrong}")
        own = key or key_of(step, prepared.http)
        header = prepared.key_header or key_header(step, role)
        http = prepared.http if header is None else prepared.http.with_header(header, own)
        return Ready(prepared, http, own)

    async def send(self, attempt: Attempt, ready: Ready, *, timeout: timedelta | None = None) -> CameBack:
        """Send it once, and wait for its answer for `timeout`, where that is given. Raises NotSent."""
        request = self._request(ready, timeout)
        work = exchange(self._client, request)
        try:
            came_back = CameBack(await attempt.run(work, within=timeout))
        except HostRefused as error:
            raise NotSent("HostRefused", str(error)) from None
        except (CredentialUnreadable, TimeoutError) as error:
            return CameBack(error)
        return self._reported(ready, came_back)

    def _reported(self, ready: Ready, came_back: CameBack) -> CameBack:
        if (answer := came_back.answer) is None:
            return came_back
        found = departures(ready.prepared.operation, answer)
        self._departures.report(ready.prepared.operation, found)
        return replace(came_back, departures=found)

    def hidden_in(self, text: str) -> str:
        """The text without any credential that was read."""
        return self._credentials.hidden_in(text)

    def credentials(self) -> frozenset[str]:
        """All that were read: a service may say them back."""
        return self._credentials.known()

    def _request(self, ready: Ready, timeout: timedelta | None) -> httpx.Request:
        http = self._identified(ready)
        accepts = ready.prepared.operation.accepts
        headers = httpx.Headers(flow_headers())
        headers["Accept"] = ", ".join(accepts) or "application/json, */*;q=0.5"
        for name, value in http.headers:
            headers[name] = value
        try:
            return self._client.build_request(
                http.method,
                http.url,
                headers=headers,
                content=http.content or None,
                timeout=self._bounds(timeout),
            )
        except (httpx.InvalidURL, UnicodeEncodeError, ValueError) as error:
            raise NotSent("RequestNotBuilt", f"the address is none: {type(error).__name__}") from None

    def _bounds(self, timeout: timedelta | None) -> httpx.Timeout:
        """A step that gives an answer more time than the settings do is not cut short."""
        usual = self._client.timeout
        if timeout is None or usual.read is None:
            return usual
        read = max(usual.read, timeout.total_seconds())
        return httpx.Timeout(connect=usual.connect, read=read, write=usual.write, pool=usual.pool)

    def _identified(self, ready: Ready) -> HttpRequest:
        """With the credentials of the first alternative for which all are at hand; each goes to its host alone."""
        http, operation = ready.http, ready.prepared.operation
        try:
            schemes = choose(operation, self._credentials.available(operation.source, http.url))
            for scheme in schemes:
                if scheme.type != "mutualTLS":
                    secret = self._credentials.read(scheme.name, operation.source, http.url)
                    http = apply(http, scheme, secret.get_secret_value())
        except CredentialRefused as error:
            raise NotSent("CredentialRefused", str(error)) from None
        except CredentialUnreadable as error:
            raise NotSent("CredentialUnreadable", str(error)) from None
        except OpenApiError as error:
            raise NotSent("CredentialMissing", self._missing(ready, str(error))) from None
        return http

    def _missing(self, ready: Ready, said: str) -> str:
        source = ready.prepared.operation.source
        others = self._credentials.elsewhere(source, ready.http.url)
        belongs = "; ".join(f"{scheme} of {source} belongs to {host}" for scheme, host in others.items())
        return f"{said}; {belongs}, and is not sent elsewhere" if belongs else said


def key_header(step: StepInput, role: Role) -> str | None:
    """Where the key goes when the operation declares no header for it."""
    own = step.planned.step.own.idempotency
    if own is not None:
        return own.header
    return IDEMPOTENCY_KEY if role == "compensation" else None


def key_of(step: StepInput, http: HttpRequest) -> str:
    """The key of a step's call: one for a visit, or for each request that a visit makes (D2)."""
    own = step.planned.step.own.idempotency
    if own is not None and own.scope is not KeyScope.REQUEST:
        return step.key
    asked = hashlib.sha256()
    for part in (http.method.encode(), http.url.encode(), http.content):
        asked.update(len(part).to_bytes(8, "big") + part)
    return str(uuid5(UUID(step.key), asked.hexdigest()))


def with_compensates(ready: Ready, key: str) -> Ready:
    """The request of an undo, which names the key of what it undoes."""
    return replace(ready, http=ready.http.with_header(COMPENSATES, key))
