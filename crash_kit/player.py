"""Plays the cases of one flow under a worker that lives; each run has an input, hence a workflow id, of its own."""

import asyncio
import secrets
from collections.abc import Sequence
from itertools import count
from typing import Any

from pydantic import BaseModel

from crash_kit.cases import Case, Kind
from crash_kit.hurry import without_back_off
from crash_kit.inputs import Inputs
from crash_kit.plan import Plan
from crash_kit.run import NotReached, Played, Run
from crash_kit.stage import Stage
from runtime.document_flows import DocumentFlow
from runtime.flows import Flow
from runtime.identity import Actor
from runtime.starting import FlowStarter

BY = Actor(by="crash kit")
TRIES = 3
"""How often a case is played until the flow comes to where it is to be disturbed: on a busy machine it may be late."""


class Player:
    def __init__(
        self,
        stage: Stage,
        flow: Flow[Any],
        example: BaseModel,
        *,
        vary: Sequence[str],
        places: asyncio.Semaphore,
    ) -> None:
        """`places` bounds how many flows are in flight. Raises CannotRehearse."""
        self._stage = stage
        self._flow = flow
        self._inputs = Inputs(flow, example, mark=secrets.token_hex(2), vary=vary)
        self._starter = FlowStarter(stage.client, task_queue=stage.programs.task_queue)
        self._numbers = count(1)
        self._places = places

    async def play(self, case: Case, plan: Plan) -> Played:
        """One run; a further one where the flow did not come to where it was to be disturbed."""
        async with self._places:
            played = await self._play(case, plan)
            for _ in range(1, TRIES):
                if not played.missed:
                    break
                played = await self._play(case, plan)
        return played

    async def begin(self, case: Case, plan: Plan) -> Run:
        """Script what goes wrong, and start the flow."""
        flow_input = self._input()
        client, name = self._stage.client, self._flow.id_of(flow_input)
        run = Run(case, client, client.get_workflow_handle(name), self._stage.stand_ins)
        await run.script(plan)
        self._stage.people.runs[name] = run
        await self._starter.start(self._flow, flow_input, by=BY, again=False)
        return run

    def _input(self) -> BaseModel:
        """The next one. A document's flow calls the stand-ins, wherever its descriptions say that the services are."""
        flow_input = self._inputs.number(next(self._numbers))
        if isinstance(self._flow, DocumentFlow) and isinstance(flow_input, self._flow.input):
            return self._flow.served_by(flow_input, self._stage.stand_ins.url)
        return flow_input

    async def end(self, run: Run, *, missed: bool = False) -> Played:
        """When the flow has ended, or is stuck; `missed` if it was not disturbed as the case says."""
        try:
            return await run.played(missed=missed)
        finally:
            del self._stage.people.runs[run.id]

    async def _play(self, case: Case, plan: Plan) -> Played:
        run = await self.begin(case, plan)
        try:
            await run.cancel_on_its_way(plan)
        except NotReached:
            return await self.end(run, missed=True)
        if case.kind is not Kind.ERROR:
            return await self.end(run)
        async with without_back_off(self._stage.client, run.id):
            return await self.end(run)
