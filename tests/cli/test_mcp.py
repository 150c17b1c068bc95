"""`mcp`: an AI agent lists, starts and follows flows as a real client does, and what people owe stays theirs."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from temporalio.client import Client

from catalogue import CATALOGUE
from saga.status import FlowState
from tests.cli.agents import Agent, agent
from tests.cli.commands import ROOT, CommandLine
from tests.cli.orders import id_of, new_order_id, order_file, order_in
from tests.eventually import eventually
from tests.standins import StandIns

TOOLS = ["list_flows", "describe_flow", "start_flow", "flow_status", "what_it_waits_for", "list_running"]

DOCUMENT = "arazzo:place-order-saga/placeOrder"
NO_SERVER = "Unreachable: No Temporal server answers at 127.0.0.1:9 (connection refused)."
NOT_VALID = "InvalidInput: What {} was asked is not valid: {}"
WRONG: list[tuple[str, dict[str, object], str]] = [
    ("describe_flow", {"flow": "payroll"}, "UnknownFlow: There is no flow 'payroll'. Known: order, "),
    (
        "start_flow",
        {"flow": "order", "input": {}},
        "InvalidInput: The input is not valid: order_id: is required",
    ),
    ("start_flow", {"flow": "order"}, NOT_VALID.format("start_flow", "input: is required")),
    ("flow_status", {"id": "x", "wait_s": 61}, NOT_VALID.format("flow_status", "wait_s: should be less")),
    ("list_running", {"limit": 0}, NOT_VALID.format("list_running", "limit: should be greater")),
    ("flow_status", {"id": "x"}, NO_SERVER),
    ("list_running", {}, NO_SERVER),
]


async def started(robot: Agent, file: Path) -> str:
    workflow_id: str = (await robot.call("start_flow", flow="order", input=order_in(file)))["id"]
    return workflow_id


async def ended(robot: Agent, workflow_id: str) -> Any:  # noqa: ANN401 - as the tool answers it
    return await eventually(
        lambda: robot.call("flow_status", id=workflow_id, wait_s=20), lambda seen: bool(seen["ended"])
    )


async def test_an_agent_finds_a_flow_and_its_input(nowhere: CommandLine, tmp_path: Path) -> None:
    """It has six tools, of which one changes something; without any server it reads the catalogue."""
    async with agent(nowhere.environment, tmp_path / "log") as robot:
        tools = (await robot.client.list_tools()).tools
        flows = await robot.call("list_flows")
        order = await robot.call("describe_flow", flow="order")

    assert TOOLS == [tool.name for tool in tools]
    assert ["start_flow"] == [t.name for t in tools if t.annotations and not t.annotations.read_only_hint]
    names = [flow["flow"] for flow in flows["flows"]]
    assert CATALOGUE.names == [name for name in names if not name.startswith("arazzo:")]
    assert DOCUMENT in names
    assert CATALOGUE["order"].input.model_json_schema() == order["input"]


async def test_an_agent_starts_an_order_and_follows_it(cli: CommandLine, tmp_path: Path) -> None:
    """It sees each step up to the end, and the flow says which agent has started it, and that nobody has proved that."""
    async with agent(cli.environment, tmp_path / "log") as robot:
        workflow_id = await started(robot, order_file(tmp_path))
        seen = await ended(robot, workflow_id)

    status = await cli.json("status", workflow_id)
    assert (FlowState.COMPLETED, 5) == (seen["status"], len(seen["steps"]))
    assert {"by": "robot", "kind": "agent", "authenticated": False} == status["started_by"]
    assert "robot (agent, self-declared)" == seen["started_by"]


async def test_an_agent_starts_a_document(cli: CommandLine, stand_ins: StandIns, tmp_path: Path) -> None:
    """A document of the folder is a flow as every other: described by its own schema, started, and followed."""
    given = json.loads((ROOT / "examples/arazzo/place-order-saga.json").read_text())
    given["orderId"] = new_order_id()
    hosts = {
        "ARAZZO_ALLOWED_HOSTS": stand_ins.url.removeprefix("http://"),
        "ARAZZO_SERVERS": f"shop={stand_ins.url}",
    }
    async with agent({**cli.environment, **hosts}, tmp_path / "log") as robot:
        card = await robot.call("describe_flow", flow=DOCUMENT)
        refused = await robot.refusal("start_flow", flow=DOCUMENT, input=given | {"steps": []})
        begun = await robot.call("start_flow", flow=DOCUMENT, input=given)
        seen = await ended(robot, begun["id"])

    schema = Draft202012Validator(card["input"])
    assert (True, False) == (schema.is_valid(given), schema.is_valid(given | {"steps": []}))
    assert "steps" in refused, refused
    assert (FlowState.COMPLETED, "reserveStock") == (seen["status"], seen["steps"][0]["name"])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("options", "by"), [((), "robot"), (("--by", "claims"), "claims")], ids=["client", "by"]
)
async def test_an_agent_says_who_it_is(
    unserved: CommandLine, tmp_path: Path, options: tuple[str, ...], by: str, mode: str
) -> None:
    """It is what its client calls itself in either protocol, or what `--by` says in place of that."""
    async with agent(unserved.environment, tmp_path / "log", *options, mode=mode) as robot:
        begun = await robot.call("start_flow", flow="order", input=order_in(order_file(tmp_path)))

    assert f"{by} (agent, self-declared)" == begun["started_by"]


async def test_the_same_order_twice_is_one_flow(unserved: CommandLine, tmp_path: Path) -> None:
    """An agent that asks for the same again joins what runs, and finds it among what runs."""
    file = order_file(tmp_path)
    async with agent(unserved.environment, tmp_path / "log") as robot:
        first = await robot.call("start_flow", flow="order", input=order_in(file))
        second = await robot.call("start_flow", flow="order", input=order_in(file))
        running = await eventually(
            lambda: robot.call("list_running", flow="order", limit=100),
            lambda found: id_of(file) in [flow["id"] for flow in found["running"]],
        )

    assert (False, True) == (first["joined"], second["joined"])
    assert first["run_id"] == second["run_id"]
    assert {"order"} == {flow["flow"] for flow in running["running"]}


async def test_an_agent_cannot_approve(cli: CommandLine, tmp_path: Path) -> None:
    """It sees what a person owes, nothing that it may call decides it, and it goes on when a person has."""
    async with agent(cli.environment, tmp_path / "log") as robot:
        workflow_id = await started(robot, order_file(tmp_path, "order-large.json"))
        stopped = await robot.call("flow_status", id=workflow_id, wait_s=60)
        waits = await robot.call("what_it_waits_for", id=workflow_id)
        refusals = [
            await robot.refusal(name, id=workflow_id, approval="large-order", decision="approve", by="grace")
            for name in ("approve", "decide", "resolve", "cancel", "tell", "flow_status", "start_flow")
        ]
        after = await robot.call("flow_status", id=workflow_id)
        await cli.json("approve", workflow_id, "--by", "grace")
        seen = await ended(robot, workflow_id)

    (owed,) = waits["decisions"]
    assert (True, False) == (stopped["waits_for_person"], stopped["ended"])
    assert ("approval", "large-order") == (owed["kind"], owed["name"])
    assert ["UnknownTool"] * 5 + ["InvalidInput"] * 2 == [text.partition(":")[0] for text in refusals]
    assert (FlowState.WAITING_FOR_APPROVAL, FlowState.COMPLETED) == (after["status"], seen["status"])


async def test_an_agent_reads_no_masked_field(cli: CommandLine, tmp_path: Path) -> None:
    """What an input hides is in nothing that the agent reads of the flow, from its start to its end."""
    file = order_file(tmp_path, "order-not-shippable.json", payment_method="tok_visa_secret")
    order = order_in(file)
    async with agent(cli.environment, tmp_path / "log") as robot:
        workflow_id = await started(robot, file)
        seen = await ended(robot, workflow_id)
        await robot.call("what_it_waits_for", id=workflow_id)

    hidden = (order["customer"]["email"], order["shipping_address"]["street"], "tok_visa_secret")
    assert FlowState.COMPENSATED == seen["status"]
    assert [] == [secret for secret in hidden if secret in "".join(robot.read)]


async def test_another_workflow_is_nothing_to_an_agent(
    unserved: CommandLine, client: Client, task_queue: str, tmp_path: Path
) -> None:
    """What runs on the server and is no flow of the catalogue does not exist for it."""
    await client.start_workflow("payroll", id=task_queue, task_queue=task_queue)

    async with agent(unserved.environment, tmp_path / "log") as robot:
        refusals = [await robot.refusal(tool, id=task_queue) for tool in ("flow_status", "what_it_waits_for")]

    assert [f"UnknownId: There is no flow with id {task_queue!r} on this server."] * 2 == refusals


async def test_what_cannot_be_had_is_told(nowhere: CommandLine, tmp_path: Path) -> None:
    """What is wrong is the answer of the tool, in one line, and the tools go on."""
    async with agent(nowhere.environment, tmp_path / "log") as robot:
        told = [(await robot.refusal(tool, **arguments), begins) for tool, arguments, begins in WRONG]
        still = await robot.call("list_flows")

    assert [] == [(text, begins) for text, begins in told if not text.startswith(begins)]
    assert still["flows"]
