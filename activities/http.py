"""One call to a downstream, and one classification of what came back."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel

from activities.endpoint import Endpoint

Instrument = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]

Answer = TypeVar("Answer", bound=BaseModel)


class Downstream:
    """A service that we call, with its pool of connections, from `async with` on."""

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        *,
        retry_after_cap: timedelta = timedelta(seconds=60),
        instrument: Instrument | None = None,
    ) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(self, *_: object) -> None:
        raise NotImplementedError

    async def call(
        self,
        path: str,
        request: BaseModel,
        *,
        returns: type[Answer],
        in_query: Mapping[str, str] | None = None,
    ) -> Answer:
        raise NotImplementedError
