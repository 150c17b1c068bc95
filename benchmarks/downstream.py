"""`python -m benchmarks.downstream`: the measured services in one process, which answers at once and remembers nothing.

The stand-ins write each call into SQLite, which would be a large part of what is measured.
"""

import itertools
import json
import socket
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from benchmarks.orders import NOT_SERVED

HOST = "127.0.0.1"
READY = "downstream ready"
CUSTOMER = "C-1001"
"""Whom the reads know."""
CALLS = "/calls"
"""Answers how many calls there have been."""

Body = Mapping[str, Any]
Answer = tuple[int, dict[str, Any]]

_ids = itertools.count(1)


def _made(status: str, *echoed: str) -> Callable[[Body], Answer]:
    return lambda body: (201, {"id": _id(), "status": status, **{name: body[name] for name in echoed}})


def _undone(status: str) -> Callable[[Body], Answer]:
    return lambda _: (200, {"id": _id(), "status": status})


def _shipped(body: Body) -> Answer:
    if body["address"]["country"] == NOT_SERVED:
        return 422, {"type": "urn:problem:address-not-served", "title": "The address is not served"}
    return 201, {
        "id": _id(),
        "order_id": body["order_id"],
        "tracking_id": f"track-{_id()}",
        "status": "created",
    }


def _queued(_: Body) -> Answer:
    return 202, {"id": _id(), "status": "queued"}


def _known(**what: Any) -> Callable[[Body], Answer]:  # noqa: ANN401 - JSON
    return lambda _: (200, {"id": CUSTOMER, **what})


_PAST_ORDER = {"order_id": "A-1", "placed_on": "2026-09-17", "total": "129.00", "currency": "EUR"}

ANSWERS: Mapping[str, Callable[[Body], Answer]] = {
    "/inventory/reservations": _made("reserved", "order_id"),
    "/inventory/reservations/release": _undone("released"),
    "/payments/authorizations": _made("authorized", "order_id", "amount", "currency"),
    "/payments/authorizations/void": _undone("voided"),
    "/payments/captures": _made("captured", "payment_id"),
    "/shipping/shipments": _shipped,
    "/notifications/messages": _queued,
    "/accounts/accounts": _made("open"),
    "/counter/counts": lambda body: (200, {"n": (body["n"] or 0) + 1}),
    "/counter/counts/back": lambda body: (200, {"n": body["n"] or 0}),
    "/marketing/profiles": _made("made", "account_id", "newsletter"),
    f"/profiles/customers/{CUSTOMER}": _known(name="Ada Lovelace", email="ada@example.com", tier="gold"),
    f"/order_history/customers/{CUSTOMER}/orders": _known(orders=5 * [_PAST_ORDER]),
    f"/preferences/customers/{CUSTOMER}": _known(language="en", channel="email"),
}


class Downstream:
    """The ASGI application."""

    def __init__(self) -> None:
        self._calls = 0

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        assert scope["type"] == "http"
        if scope["path"] == CALLS:
            await _send(send, 200, {"calls": self._calls})
            return
        self._calls += 1
        status, answer = ANSWERS[scope["path"]](json.loads(await _content(receive) or b"{}"))
        await _send(send, status, answer)


async def _content(receive: ASGIReceiveCallable) -> bytes:
    content = b""
    while True:
        message = await receive()
        assert message["type"] == "http.request"
        content += message["body"]
        if not message["more_body"]:
            return content


async def _send(send: ASGISendCallable, status: int, answer: Body) -> None:
    content = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def _id() -> str:
    return f"id-{next(_ids)}"


def main() -> None:
    """Serve on a free port until told to stop."""
    listening = socket.create_server((HOST, 0), backlog=1024)
    print(f"{READY} http://{HOST}:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        Downstream(), lifespan="off", log_config=None, access_log=False, timeout_keep_alive=75
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
