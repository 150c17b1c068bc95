"""One story on the stage: its flow, and the verbs with which the story is told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, JsonValue

from arazzo.run_input import ChannelEvent
from cli.wording import command
from demo.approving import BY_ITSELF, Approver
from demo.checks import Evidence
from demo.screen import Screen
from demo.stage import Stage
from demo.stand_ins import Call
from runtime.answering import AnswerSeeker
from runtime.deciding import Decider
from runtime.events import EventSender, tell_document
from runtime.flows import Flow
from runtime.id_rules import Request
from runtime.identity import Actor
from runtime.starting import FlowStarter
from runtime.status import FlowView, flow_view, watch_flow
from saga.messages import Choice, Resolution
from saga.status import FlowState

REFRESH = timedelta(milliseconds=100)
HANDED_OVER = "the server hands the step over when the dead one's heartbeat is overdue"
PATIENCE = timedelta(minutes=2)
"""How long a flow may go on by itself; a person may take longer."""


@dataclass(frozen=True)
class Performance:
    stage: Stage
    screen: Screen
    flow: Flow[Any]
    input: BaseModel
    approver: Approver

    @property
    def id(self) -> str:
        return self.flow.id_of(self.input)

    @property
    def asked(self) -> Mapping[str, JsonValue]:
        """What a document was given."""
        given: Mapping[str, JsonValue] = self.input.model_dump(mode="json", include={"inputs"})["inputs"]
        return given

    # --- the flow ------------------------------------------------------------------------------------------

    async def start(self) -> None:
        starter = FlowStarter(self.stage.client, task_queue=self.stage.task_queue)
        await starter.start(self.flow, self.input, by=BY_ITSELF, again=False)

    async def start_for_answer(self) -> None:
        """Start the flow, and tell its early answer. Raises TimeoutError."""
        request = Request(self.flow, self.input, self.id, BY_ITSELF, again=False)
        began = time.monotonic()
        seeker = AnswerSeeker(self.stage.client, task_queue=self.stage.task_queue)
        asked = await seeker.ask(request, within=PATIENCE)
        if asked.answer is None:
            raise TimeoutError(f"there was no early answer: {asked.failure}")
        took = 1000 * (time.monotonic() - began)
        self.screen.note(f"answered after {took:.0f} ms: {asked.answer.model_dump_json()}")

    async def follow(self) -> None:
        """Show the flow until it ends. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            async for view in self._views():
                self.screen.show(view)

    async def show(self) -> None:
        """Show the flow as it is now."""
        self.screen.show(await flow_view(self.stage.client, self.id))

    async def until(self, state: FlowState) -> None:
        """Show the flow until it is in this state, or ends. Raises TimeoutError."""
        await self.until_seen(lambda view: view.status is state)

    async def until_seen(self, wanted: Callable[[FlowView], bool]) -> None:
        """Show the flow until it is as wanted, or ends. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            async for view in self._views():
                self.screen.show(view)
                if wanted(view):
                    return

    async def decide(self) -> None:
        """Get the open approval decided."""
        view = await flow_view(self.stage.client, self.id)
        await self.approver.decide(Decider(self.stage.client, self.id), view, self._decided)

    async def resolve(self, decision: Choice, *, reason: str) -> None:
        """Have the one open incident settled, as a person would in another terminal."""
        view = await flow_view(self.stage.client, self.id)
        (incident,) = view.incidents
        typed = command("resolve", self.id, incident.step, decision, "--by", "YOU", "--reason", reason)
        self.screen.note(f"{incident.step} needs a person, who types:")
        self.screen.note(f"{self.approver.program} {typed}")
        resolution = Resolution(incident=incident.id, decision=decision, by=BY_ITSELF.by, reason=reason)
        await Decider(self.stage.client, self.id).resolve(resolution)

    async def decide_as(self, by: str, approval: str) -> None:
        """Have somebody approve what only some may decide, as he would in another terminal."""
        typed = command("approve", self.id, approval, "--by", by)
        self.screen.note(f"{by} types: {self.approver.program} {typed}")
        decider = Decider(self.stage.client, self.id)
        await decider.decide("approve", approval=approval, by=Actor(by=by), comment="as told in the story")

    async def approve_with(self, by: str, approval: str, brings: JsonValue) -> None:
        """Have somebody approve what asks for something besides, as he would in another terminal."""
        typed = command("approve", self.id, approval, "--by", by, "--input", "FILE")
        self.screen.note(f"{by} types: {self.approver.program} {typed}, with {json.dumps(brings)}")
        decider = Decider(self.stage.client, self.id)
        said = "as told in the story"
        await decider.decide("approve", approval=approval, by=Actor(by=by), comment=said, brings=brings)

    async def hear(self, message: ChannelEvent) -> None:
        """Give a document a message on a channel, as somebody would in another terminal."""
        typed = command("event", self.flow.name, self.id, "--input", "FILE")
        shown = message.model_dump_json(exclude_defaults=True)
        self.screen.note(f"{self.approver.program} {typed}, with {shown}")
        await tell_document(self.stage.client, self.flow.name, self.id, message)

    async def tell(self, fields: Mapping[str, JsonValue]) -> None:
        """Give the flow an event about its input; the first one starts it."""
        body = self.flow.takes.model.model_validate({**self.input.model_dump(mode="json"), **fields})
        key = self.id.removeprefix(f"{self.flow.name}-")
        typed = command("event", self.flow.name, key, "--input", "FILE")
        self.screen.note(f"{self.approver.program} {typed}, with {json.dumps(fields)}")
        sender = EventSender(self.stage.client, self.flow, task_queue=self.stage.task_queue, by=BY_ITSELF)
        await sender.send(body)

    async def update(self, name: str, said: Mapping[str, JsonValue]) -> None:
        """Send a message of the flow's own."""
        typed = f"--workflow-id {self.id} --name {name} --input '{json.dumps(said)}'"
        self.screen.note(f"temporal workflow update execute {typed}")
        await self.stage.client.get_workflow_handle(self.id).execute_update(name, said)

    async def cancel(self, *, reason: str) -> None:
        """Have the flow ended, as a person would in another terminal."""
        typed = command("cancel", self.id, "--by", "YOU", "--reason", reason)
        self.screen.note(f"{self.approver.program} {typed}")
        await Decider(self.stage.client, self.id).cancel(by=BY_ITSELF, reason=reason)

    async def called(self, operation: str, *, times: int = 1) -> None:
        """Show the flow until it has called this so often. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while not await self.stage.stand_ins.answered(operation, correlation_id=self.id, times=times):
                await self.show()

    async def _decided(self) -> None:
        async for view in self._views():
            if view.status is not FlowState.WAITING_FOR_APPROVAL:
                return

    def _views(self) -> AsyncIterator[FlowView]:
        return watch_flow(self.stage.client, self.id, every=REFRESH)

    # --- what goes wrong -----------------------------------------------------------------------------------

    async def script(
        self,
        service: str,
        operation: str,
        kind: str,
        *,
        match: Mapping[str, str] | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next `times` requests of the operation go wrong, None for all; without `match` those of this flow."""
        matched = {"correlation_id": self.id} if match is None else match
        await self.stage.stand_ins.script(service, operation, kind, match=matched, times=times)

    async def repair(self) -> None:
        """Nothing goes wrong any more."""
        await self.stage.stand_ins.clear_faults()

    async def held(self, operation: str) -> Call:
        """The flow's request that a service holds after its effect."""
        return await self.stage.stand_ins.held(operation, correlation_id=self.id)

    async def drop(self, call: Call) -> None:
        await self.stage.stand_ins.drop(call)

    async def kill_worker(self, *, leaving: str = "its call unanswered") -> None:
        worker = self.stage.worker
        await worker.kill()
        self.screen.note(f"SIGKILL: worker {worker.pid} is gone, {leaving}")

    async def restart_worker(self, *, after: str = HANDED_OVER) -> None:
        await self.stage.worker.start()
        self.screen.note(f"worker {self.stage.worker.pid} is up; {after}")

    # --- the end -------------------------------------------------------------------------------------------

    async def evidence(self) -> Evidence:
        """What status and services say of the flow."""
        return Evidence(
            view=await flow_view(self.stage.client, self.id),
            effects=await self.stage.stand_ins.effects(self.id),
            calls=await self.stage.stand_ins.calls(self.id),
        )


async def let_it_run(performance: Performance) -> None:
    """A story in which the flow does everything."""
    await performance.start()
    await performance.follow()
