"""Wraps a downstream's HTTP transport: each request is timed, whatever becomes of it."""

import time
from datetime import timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from runtime.step_telemetry import StepMeter, downstream_name

NO_ANSWER = "none"


class Transport(Protocol):
    """An httpx transport, as far as it concerns us: only activities know httpx."""

    async def handle_async_request(self, request: Any, /) -> Any: ...  # noqa: ANN401 - httpx's own types
    async def aclose(self) -> None: ...


class MeasuredTransport:
    """Hands through what the wrapped transport answers or raises."""

    def __init__(self, transport: Transport, meter: StepMeter) -> None:
        self._transport = transport
        self._meter = meter

    async def handle_async_request(self, request: Any) -> Any:  # noqa: ANN401 - httpx's own types
        began, status = time.perf_counter(), NO_ANSWER
        try:
            response = await self._transport.handle_async_request(request)
            status = str(response.status_code)
            return response
        finally:
            took = timedelta(seconds=time.perf_counter() - began)
            self._meter.request(downstream_name(), status, took)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
