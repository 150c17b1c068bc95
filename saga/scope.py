"""One workflow run as the engine's interceptor sees it: the link between the interceptor and the run's saga."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol


class Ending(Protocol):
    """Told how the workflow ended; `None` is success."""

    async def __call__(self, error: BaseException | None, /) -> None: ...


class FlowScope:
    """Made by the workflow interceptor, set before `run` begins."""

    def __init__(self, correlation_id: str) -> None:
        self.correlation_id = correlation_id
        self.on_end: Ending | None = None
        self.details: Callable[[], str] | None = None
        """What the Web UI shows of the run, as Markdown; rendered only when someone looks."""


flow_scope: ContextVar[FlowScope | None] = ContextVar("saga_flow_scope", default=None)
