"""Keeps so many sagas in flight for so long, and measures how long each took and what CPU all of them cost."""

import asyncio
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError, FailureError

from benchmarks.contenders import Contender, Handle
from benchmarks.orders import REFUSAL, Orders
from benchmarks.processes import cpu_seconds

ONE_SAGA_BOUND = timedelta(minutes=5)


class WrongEnd(Exception):
    """A saga did not end as its order had to: then nothing that was measured means anything."""


@dataclass(frozen=True)
class Ended:
    """One saga."""

    workflow_id: str
    refused: bool
    seconds: float


@dataclass(frozen=True)
class Window:
    """One turn of one contender."""

    seconds: float
    sagas: list[Ended]
    worker_cpu_seconds: float
    server_cpu_seconds: float

    @property
    def sagas_per_second(self) -> float:
        return len(self.sagas) / self.seconds

    @property
    def worker_ms(self) -> float:
        """Worker CPU of one saga."""
        return 1000 * self.worker_cpu_seconds / len(self.sagas)

    @property
    def server_ms(self) -> float:
        """Server CPU of one saga."""
        return 1000 * self.server_cpu_seconds / len(self.sagas)


async def window(contender: Contender, orders: Orders, *, in_flight: int, lasts: timedelta) -> Window:
    """Start a saga whenever one has ended, until the time is over; those begun are waited for and counted."""
    sagas: list[Ended] = []
    worker, server = cpu_seconds(contender.worker_pid), cpu_seconds(contender.server_pid)
    began = time.perf_counter()
    until = began + lasts.total_seconds()
    await together(_one_after_another(contender, orders, until, sagas) for _ in range(in_flight))
    return Window(
        seconds=time.perf_counter() - began,
        sagas=sagas,
        worker_cpu_seconds=cpu_seconds(contender.worker_pid) - worker,
        server_cpu_seconds=cpu_seconds(contender.server_pid) - server,
    )


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them at once; the first failure ends the others, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _one_after_another(contender: Contender, orders: Orders, until: float, sagas: list[Ended]) -> None:
    while True:
        sagas.append(await _saga(contender, orders))
        if time.perf_counter() >= until:
            return


async def _saga(contender: Contender, orders: Orders) -> Ended:
    order, refused = orders.next()
    began = time.perf_counter()
    async with asyncio.timeout(ONE_SAGA_BOUND.total_seconds()):
        handle = await contender.start(order)
        failure = await _failure(handle)
    expected = REFUSAL if refused else None
    if failure != expected:
        raise WrongEnd(f"{contender.name}: {handle.id} ended with {failure}, not with {expected}")
    return Ended(handle.id, refused, time.perf_counter() - began)


async def _failure(handle: Handle) -> str | None:
    """The type of the failure with which the saga ended, or None."""
    try:
        await handle.result()
    except WorkflowFailureError as failed:
        cause: BaseException | None = failed.cause
        while isinstance(cause, FailureError) and not isinstance(cause, ApplicationError):
            cause = cause.cause
        return str(cause.type) if isinstance(cause, ApplicationError) else type(cause).__name__
    return None
