"""Keeps tickets the same for a while, on a real server, with a worker that is killed, and feeds that are unruly."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import NamedTuple

from temporalio.client import Client

from catalogue import CATALOGUE
from models.ticket_sync import TicketFeed
from models.tickets import System
from runtime.dev_server import DYNAMIC_CONFIG, DevServer
from runtime.server import find_executable
from saga import FlowStatus, SagaPlugin, register
from services.tickets import Ticket
from tests.endings import status_of
from tests.soak.people import People
from tests.soak.verdict import TicketVerdict, Verdict, differences, wrong
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

TASK_QUEUE = "soak"
HANDFUL = 20
"""So many changes are shuffled among each other."""


class Asked(NamedTuple):
    """How much, and how long a history may get: without `history` it is the server that says so."""

    changes: int = 10_000
    tickets: int = 2
    seed: int = 1
    kills: int = 3
    roll_overs: int = 5
    history: int | None = None
    patience: timedelta = timedelta(minutes=20)

    @property
    def names(self) -> list[str]:
        return [f"T-{number}" for number in range(1, self.tickets + 1)]


class Stage(NamedTuple):
    client: Client
    stand_ins: StandIns
    worker: WorkerProcess


async def soak(asked: Asked) -> Verdict:
    random, began = Random(asked.seed), monotonic()  # noqa: S311 - what people do, not a secret
    async with _stage(asked) as stage:
        people = People(stage.stand_ins, random, asked.names)
        for system in System:
            await _be_unruly(stage, system)
            await _start_feed(stage, system)
        killing = asyncio.create_task(_kill(stage, random, asked.kills))
        await people.are_busy(asked.changes)
        await killing
        await people.close_all()
        tickets = await _until_quiet(stage, people, asked)
        feeds = {system.value: await _runs(stage, f"ticket-feed-{system}") for system in System}
    return Verdict(
        seed=asked.seed,
        changes_by_people=people.changes,
        changes=sum(ticket.changes for ticket in tickets),
        received=sum(ticket.received for ticket in tickets),
        roll_overs=sum(ticket.runs - 1 for ticket in tickets),
        feed_runs=feeds,
        workers_killed=asked.kills,
        seconds=round(monotonic() - began, 1),
        tickets=tickets,
        wrong=wrong(tickets, changes=asked.changes, roll_overs=asked.roll_overs),
    )


@asynccontextmanager
async def _stage(asked: Asked) -> AsyncGenerator[Stage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        stand_ins = await stack.enter_async_context(StandIns(folder / "stand-ins.db"))
        config: Mapping[str, int | str | bool] = DYNAMIC_CONFIG
        if asked.history:
            config = {**config, "limit.historyCount.suggestContinueAsNew": asked.history}
        cli = await asyncio.to_thread(find_executable)
        server = DevServer(cli.path, db_file=folder / "temporal.db", dynamic_config=config)
        await stack.enter_async_context(server)
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        await register(client)
        where = {"TEMPORAL_ADDRESS": server.address, "TASK_QUEUE": TASK_QUEUE}
        worker = WorkerProcess({**stand_ins.environment(), **where}, log=folder / "worker.log")
        await stack.enter_async_context(worker)
        yield Stage(client, stand_ins, worker)


async def _be_unruly(stage: Stage, system: System) -> None:
    """Each change is told twice, and a handful of them in any order."""
    answer = await stage.stand_ins.http.post(
        f"/{system}/feed",
        json={"handful": HANDFUL, "twice": True},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    answer.raise_for_status()


async def _start_feed(stage: Stage, system: System) -> None:
    flow = CATALOGUE["ticket-feed"]
    feed = TicketFeed(feed=system.value, system=system, poll_every=timedelta(milliseconds=200))
    await stage.client.start_workflow(flow.name, feed, id=flow.id_of(feed), task_queue=TASK_QUEUE)


async def _kill(stage: Stage, random: Random, kills: int) -> None:
    """SIGKILL for the worker, now and then."""
    for _ in range(kills):
        await asyncio.sleep(random.uniform(1, 4))
        await stage.worker.kill()
        await stage.worker.start()


async def _until_quiet(stage: Stage, people: People, asked: Asked) -> list[TicketVerdict]:
    """As soon as nothing differs; or, when patience is at its end, as it is then."""
    until = monotonic() + asked.patience.total_seconds()
    while True:
        tickets = [await _ticket(stage, people, name) for name in asked.names]
        quiet = not any(ticket.differences or ticket.pending for ticket in tickets)
        if quiet or monotonic() > until:
            return tickets
        await asyncio.sleep(1)


async def _ticket(stage: Stage, people: People, name: str) -> TicketVerdict:
    handle = stage.client.get_workflow_handle(f"ticket-sync-{name}")
    status: FlowStatus = await status_of(handle)
    (mailbox,) = status.mailboxes
    shown = {system: await _shown(stage, system, name) for system in System}
    return TicketVerdict(
        ticket=name,
        runs=await _runs(stage, handle.id),
        received=mailbox.received,
        duplicates=mailbox.duplicates,
        passed_over=mailbox.passed_over,
        late=mailbox.late,
        pending=mailbox.pending,
        differences=differences(shown, {system: people.said[name, system] for system in System}, name),
    )


async def _shown(stage: Stage, system: System, ticket: str) -> Ticket:
    answer = await stage.stand_ins.http.get(f"/{system}/tickets/{ticket}")
    return Ticket.model_validate_json(answer.raise_for_status().content)


async def _runs(stage: Stage, workflow_id: str) -> int:
    return (await stage.client.count_workflows(f"WorkflowId = '{workflow_id}'")).count
