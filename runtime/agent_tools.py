"""The tools of an AI agent: it lists, describes, starts and follows flows. It decides nothing, and sees nothing masked.

What an agent may do is all that is here. There is no tool that approves, resolves, cancels, sends a message or says what
a flow's steps are, nor will the flow take that from `start_flow`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.agent_answers import (
    Begun,
    FlowCard,
    FlowList,
    FlowStanding,
    RunningList,
    Waits,
    card_of,
    running_of,
    standing_of,
    summary_of,
    waits_for_person,
    waits_of,
)
from runtime.client import refusal_of
from runtime.flows import Catalogue
from runtime.identity import Actor
from runtime.links import WebUi
from runtime.refusals import UnknownId
from runtime.starting import FlowStarter
from runtime.status import FlowView, describe, flow_view, watch_flow
from runtime.visibility import RUNNING_STATES, list_flows

LONGEST_WAIT = 60
Call = Callable[[Any, Actor], Awaitable[BaseModel]]
FlowName = Annotated[str, Field(description="name of a flow, as list_flows has it")]
FlowId = Annotated[
    str, Field(min_length=1, max_length=1_000, description="id of a flow, as start_flow answers it")
]


class Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Asked):
    """A tool that needs to know nothing."""


class WhichFlow(Asked):
    flow: FlowName


class ToStart(Asked):
    flow: FlowName
    input: dict[str, JsonValue] = Field(description="what describe_flow says in `input`")
    again: bool = Field(default=False, description="run an id again that has failed or was compensated")


class WhichId(Asked):
    id: FlowId


class ToFollow(Asked):
    id: FlowId
    wait_s: Annotated[float, Field(ge=0, le=LONGEST_WAIT)] = Field(
        default=0, description="wait so many seconds for its end, or until it waits for a person"
    )


class WhichRunning(Asked):
    flow: FlowName | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Tool(NamedTuple):
    """`call` gives an answer, or raises Refused or Unreachable."""

    name: str
    description: str
    asked: type[Asked]
    answer: type[BaseModel]
    call: Call
    starts: bool = False


class AgentTools:
    """What the tools need; `connect` is asked for a connection when the first call needs one."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        task_queue: str,
        web_ui: WebUi,
        connect: Callable[[], Awaitable[Client]],
    ) -> None:
        self._catalogue = catalogue
        self._task_queue = task_queue
        self._web_ui = web_ui
        self._connect = connect
        self._connecting = asyncio.Lock()
        self._client: Client | None = None

    def all(self) -> Sequence[Tool]:
        listing = "The business flows that can be started: name, owner, and what each does."
        card = "All about one flow, with the JSON Schema of its input."
        start = (
            "Start a flow. The same input again joins the flow that runs, or is refused when it has completed: "
            "nothing is done twice. The steps of a flow and their order are fixed."
        )
        follow = "Where a flow stands, step by step; masked fields are ***. With `wait_s` it can be followed."
        waits = "What a flow waits for: decisions that people owe, and steps that are tried again."
        running = "The flows that run now, newest first."
        return (
            Tool("list_flows", listing, Nothing, FlowList, self._list),
            Tool("describe_flow", card, WhichFlow, FlowCard, self._describe),
            Tool("start_flow", start, ToStart, Begun, self._asking(self._start), starts=True),
            Tool("flow_status", follow, ToFollow, FlowStanding, self._asking(self._follow)),
            Tool("what_it_waits_for", waits, WhichId, Waits, self._asking(self._waits)),
            Tool("list_running", running, WhichRunning, RunningList, self._asking(self._running)),
        )

    def _asking(self, call: Call) -> Call:
        """With what the Temporal server itself refuses told as every other refusal."""

        async def told(asked: Any, by: Actor) -> BaseModel:  # noqa: ANN401 - of the tool's own model
            try:
                return await call(asked, by)
            except RPCError as error:
                raise refusal_of(await self._connected(), error) from error

        return told

    async def _list(self, asked: Nothing, by: Actor) -> FlowList:
        del asked, by
        return FlowList(flows=tuple(map(summary_of, self._catalogue)))

    async def _describe(self, asked: WhichFlow, by: Actor) -> FlowCard:
        del by
        return card_of(self._catalogue[asked.flow])

    async def _start(self, asked: ToStart, by: Actor) -> Begun:
        flow = self._catalogue[asked.flow]
        flow_input = flow.read(json.dumps(asked.input))
        starter = FlowStarter(await self._connected(), task_queue=self._task_queue)
        started = await starter.start(flow, flow_input, by=by, again=asked.again)
        return Begun(
            id=started.handle.id,
            run_id=started.run_id,
            flow=flow.name,
            joined=started.joined,
            started_by=str(by),
            url=self._web_ui.execution(started.handle.id, started.run_id),
        )

    async def _follow(self, asked: ToFollow, by: Actor) -> FlowStanding:
        del by
        view = await self._view(asked.id)
        if asked.wait_s:
            view = await self._followed(view, timedelta(seconds=asked.wait_s))
        return standing_of(view, url=self._web_ui.execution(view.id, view.run_id))

    async def _waits(self, asked: WhichId, by: Actor) -> Waits:
        del by
        return waits_of(await self._view(asked.id))

    async def _running(self, asked: WhichRunning, by: Actor) -> RunningList:
        del by
        names = [self._catalogue[asked.flow].name] if asked.flow else self._catalogue.names
        client = await self._connected()
        found = [flow async for flow in list_flows(client, names, states=RUNNING_STATES, limit=asked.limit)]
        return RunningList(
            running=tuple(running_of(one, url=self._web_ui.execution(one.id, one.run_id)) for one in found)
        )

    async def _view(self, workflow_id: str) -> FlowView:
        """Raises UnknownId, also for what is no flow of the catalogue: it is nothing to an agent."""
        client = await self._connected()
        found = await describe(client.get_workflow_handle(workflow_id))
        if found.workflow_type not in self._catalogue.names:
            raise UnknownId(workflow_id)
        return await flow_view(client, workflow_id)

    async def _followed(self, view: FlowView, within: timedelta) -> FlowView:
        """Until it has ended, or waits for a person, or the time is over."""
        client, seen = await self._connected(), view
        try:
            async with (
                asyncio.timeout(within.total_seconds()),
                aclosing(watch_flow(client, view.id)) as views,
            ):
                async for seen in views:
                    if seen.ended or waits_for_person(seen):
                        break
        except TimeoutError:
            pass
        return seen

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None:
                self._client = await self._connect()
            return self._client
