"""One run of a flow under the disturbances of one case: scripts them, cancels it, and reads how it has ended."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from crash_kit.cases import CANCELS, INSIDE_A_CALL, Case, Event, Kind
from crash_kit.faults import HELD, fault_of
from crash_kit.history import Steps, read_steps
from crash_kit.plan import Plan, Target
from crash_kit.stand_ins import PATIENCE, Call, Effect, StandIns
from runtime.status import describe, flow_view
from runtime.visibility import ended_as, saga_state
from saga.status import FlowState

T = TypeVar("T")

END_BOUND = timedelta(minutes=4)
"""After so long a run counts as stuck. The eight attempts of an undo, with their back-off, take up to one minute."""

REASON = "crash kit"


class NotReached(Exception):
    """The flow has ended, or waits, without coming to the place where it was to be disturbed."""


@dataclass(frozen=True)
class Played:
    """A run that is over."""

    case: Case
    id: str
    end: FlowState
    calls: tuple[Call, ...]
    effects: tuple[Effect, ...]
    steps: Steps
    waits: tuple[str, ...]
    """Approvals that it asked for."""
    incidents: tuple[str, ...]
    """Kinds of the incidents that a person has settled."""
    stuck: str = ""
    """Why it has not ended in time."""
    missed: bool = False
    """It has ended, or waited, without coming to where it was to be disturbed."""


@dataclass
class Run:
    """A run under way. People leave alone what it has `spared`, and tell by `at_wait` that the flow waits there."""

    case: Case
    client: Client
    handle: WorkflowHandle[Any, Any]
    stand_ins: StandIns
    faults: list[int] = field(default_factory=list[int])
    spared: str | None = None
    at_wait: asyncio.Event = field(default_factory=asyncio.Event)
    waits: list[str] = field(default_factory=list[str])
    incidents: list[str] = field(default_factory=list[str])
    answered: set[str] = field(default_factory=set[str])
    _over: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        return self.handle.id

    async def script(self, plan: Plan) -> None:
        """Let go wrong what is to go wrong in this run, and in no other."""
        for event in self.case.events:
            if event.call:
                fault = fault_of(event, plan[event.call], flow=self.id)
                self.faults.append(await self.stand_ins.script(fault))
            elif event.kind in (Kind.KILL_WAITING, Kind.CANCEL_WAITING):
                self.spared = event.at

    async def clear(self) -> None:
        """What goes wrong does so no more."""
        while self.faults:
            await self.stand_ins.remove(self.faults.pop())

    async def cancel_on_its_way(self, plan: Plan) -> None:
        """Do what the case's cancels say, in their order. Raises NotReached."""
        for event in self.case.events:
            if event.kind in CANCELS:
                await self._cancel(event, plan)

    async def held(self, event: Event, plan: Plan) -> Call:
        """The call of `event` as soon as it is held. Raises NotReached."""
        return await self._call(plan[str(event.call)], state=HELD[event.kind])

    async def waiting(self) -> None:
        """Until the flow waits for what the case spares. Raises NotReached."""
        await self._unless_over(self.at_wait.wait())

    async def played(self, *, missed: bool) -> Played:
        """When the flow has ended, or is stuck; `missed` if it was not disturbed as the case says."""
        await asyncio.wait({self._ended()}, timeout=END_BOUND.total_seconds())
        await self.clear()
        stuck = "" if self._ended().done() else await self._stuck()
        described = await describe(self.handle)
        return Played(
            case=self.case,
            id=self.id,
            end=ended_as(described.status, saga_state(described.typed_search_attributes)),
            calls=tuple(await self.stand_ins.calls(self.id)),
            effects=tuple(await self.stand_ins.effects(self.id)),
            steps=await read_steps(self.handle),
            waits=tuple(self.waits),
            incidents=tuple(self.incidents),
            stuck=stuck,
            missed=missed,
        )

    async def _stuck(self) -> str:
        self._ended().cancel()
        view = await flow_view(self.client, self.id)
        return f"it has not ended after {END_BOUND}: {view.trouble or view.waiting_for or view.status}"

    async def _cancel(self, event: Event, plan: Plan) -> None:
        if event.kind in INSIDE_A_CALL:
            call = await self.held(event, plan)
            await self.handle.cancel(reason=REASON)
            await self.stand_ins.release(call)
            return
        await (self._call(plan[event.call], status=429) if event.call else self.waiting())
        await self.handle.cancel(reason=REASON)
        self.spared = None

    async def _call(self, target: Target, **wanted: str | int) -> Call:
        look = self.stand_ins.calls(
            self.id, operation=target.operation, wait=PATIENCE.total_seconds(), **wanted
        )
        calls = await self._unless_over(look)
        if not calls:
            raise NotReached
        return calls[-1]

    async def _unless_over(self, look: Coroutine[Any, Any, T]) -> T:
        looking, over = asyncio.ensure_future(look), self._ended()
        try:
            await asyncio.wait(
                {looking, over}, timeout=PATIENCE.total_seconds() + 1, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if not looking.done():
                looking.cancel()
        if looking.cancelled() or not looking.done():
            raise NotReached
        return looking.result()

    def _ended(self) -> asyncio.Task[None]:
        """Done when the flow has ended."""
        if self._over is None:
            self._over = asyncio.create_task(_end(self.handle))
        return self._over


async def _end(handle: WorkflowHandle[Any, Any]) -> None:
    with suppress(WorkflowFailureError):
        await handle.result()
