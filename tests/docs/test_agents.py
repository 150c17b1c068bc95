"""What the page of agents shows: a client that follows an order, and a flow that asks an agent, and a person after it."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.registry import open_activities
from examples.agent_judge import CHOICES, Ticket, TriageWorkflow
from runtime.deciding import Decider
from runtime.dev_server import DevServer
from runtime.identity import Actor
from runtime.refusals import MessageRefused
from tests.cli.orders import id_of, order_file
from tests.docs.conftest import calling
from tests.docs.markdown import ROOT
from tests.endings import status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

GRACE = Actor(by="grace")


@asynccontextmanager
async def triage(
    text: str, client: Client, stand_ins: StandIns, task_queue: str
) -> AsyncGenerator[WorkflowHandle[TriageWorkflow, object]]:
    async with (
        open_activities(calling(stand_ins)) as activities,
        Worker(client, task_queue=task_queue, workflows=[TriageWorkflow], activities=activities),
    ):
        ticket = Ticket(text=text)
        yield await client.start_workflow(TriageWorkflow.run, ticket, id=task_queue, task_queue=task_queue)


async def test_an_agent_judges(client: Client, stand_ins: StandIns, task_queue: str) -> None:
    """What fits the schema is the step's result, and nobody is asked."""
    async with triage("my payments have not come", client, stand_ins, task_queue) as handle:
        assert {"team": "payments"} == await handle.result()
        assert () == (await status_of(handle)).approvals


@pytest.mark.parametrize("fault", ["declines", "malformed", "unauthorized"])
async def test_a_person_judges_where_the_agent_does_not(
    client: Client, stand_ins: StandIns, task_queue: str, fault: str
) -> None:
    """Without a judgement the same question goes to a person, whose answer has to fit as well."""
    if fault != "declines":
        await stand_ins.faults.add("createChatCompletion", fault, match={"correlation_id": task_queue})
    async with triage("no idea what is wrong", client, stand_ins, task_queue) as handle:
        await eventually(lambda: status_of(handle), lambda status: bool(status.approvals))
        decider = Decider(client, handle.id)
        with pytest.raises(MessageRefused, match=f"one of {', '.join(CHOICES)}"):
            await decider.decide("approve", approval="team", by=GRACE, comment="", brings={"team": "sales"})
        await decider.decide("approve", approval="team", by=GRACE, comment="", brings={"team": "orders"})

        assert {"team": "orders"} == await handle.result()


async def test_the_client_follows_an_order(
    dev_server: DevServer, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> None:
    """The client of the page starts an order over the protocol, and prints how it ended."""
    environment = {
        **stand_ins.environment(),
        "TEMPORAL_ADDRESS": dev_server.address,
        "TASK_QUEUE": task_queue,
    }
    file = order_file(tmp_path)
    async with WorkerProcess(environment, log=tmp_path / "log"):
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "examples.agent_client", str(file)),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await asyncio.wait_for(client.communicate(), timeout=60)

    assert said.decode().startswith(
        f"{id_of(file)} completed reserve_stock authorize_payment create_shipment"
    )
