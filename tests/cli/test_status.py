"""`status` and `list`: one flow step by step, and many at a glance."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.cli.commands import CommandLine
from tests.cli.orders import id_of, order_file, order_in
from tests.eventually import eventually

FIELDS = {
    *("id", "run_id", "flow", "version", "correlation_id", "status", "created_at", "completed_at"),
    *("waiting_for", "error", "steps", "approvals", "incidents", "refused_messages", "url"),
}
STEP_FIELDS = {
    *("name", "status", "attempts", "started_at", "completed_at", "duration_s", "input", "result", "error"),
}
STEPS = ["reserve_stock", "authorize_payment", "create_shipment", "capture_payment", "send_notification"]


@pytest.fixture
async def completed(cli: CommandLine, tmp_path: Path) -> Path:
    """The file of an order that has completed."""
    file = order_file(tmp_path)
    assert (await cli("start", "order", "--input", str(file), "--wait", "--json")).status == 0
    return file


async def test_the_status_of_a_completed_order(cli: CommandLine, completed: Path) -> None:
    """`status --json` has each step with input, result, attempts and times; what the model hides is masked."""
    status = await cli.json("status", id_of(completed))

    assert status.keys() >= FIELDS
    assert STEPS == [step["name"] for step in status["steps"]]
    assert all(step.keys() >= STEP_FIELDS and step["attempts"] == 1 for step in status["steps"])
    assert all(0 < step["duration_s"] < 60 for step in status["steps"])
    assert "***" == status["steps"][1]["input"]["payment_method"]
    assert order_in(completed)["payment_method"] not in json.dumps(status)


async def test_a_status_is_legible_at_80_columns(cli: CommandLine, completed: Path) -> None:
    """For people it is a table of the steps in which no line but the link is longer than 80 columns."""
    answer = await cli("status", id_of(completed))

    *lines, link = answer.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert link.startswith("http://ui.example/")
    assert all(any(line.startswith(f"{step} ") for line in lines) for step in STEPS)


async def test_an_unknown_id_is_told(cli: CommandLine) -> None:
    """An id that the server does not know is refused."""
    answer = await cli("status", "order-nobody")

    assert (2, "There is no flow with id 'order-nobody' on this server.\n") == (answer.status, answer.err)


async def test_watching_ends_with_the_flow(cli: CommandLine, tmp_path: Path) -> None:
    """`status --watch` goes on until the flow has ended, and has the flow's exit status."""
    file = order_file(tmp_path, "order-not-shippable.json")
    await cli.json("start", "order", "--input", str(file))

    answer = await cli("status", id_of(file), "--watch", "--json")

    views: list[dict[str, Any]] = [json.loads(line) for line in answer.out.splitlines()]
    assert 1 == answer.status
    assert "compensated" == views[-1]["status"]
    assert all(view["completed_at"] is None for view in views[:-1])


async def test_a_flow_without_a_worker_has_a_status(unserved: CommandLine, tmp_path: Path) -> None:
    """Where no worker answers, the status says so, and how to start one."""
    file = order_file(tmp_path)
    await unserved.json("start", "order", "--input", str(file))

    answer = await unserved("status", id_of(file))

    assert 0 == answer.status
    assert "▶ running" in answer.out
    assert "no worker has answered; if none runs, start one with `python worker.py`" in answer.out


async def test_flows_are_listed_by_state(
    cli: CommandLine, unserved: CommandLine, client: Client, completed: Path, tmp_path: Path
) -> None:
    """`list --status` finds running, completed and terminated flows by the server's index alone."""
    running, terminated = order_file(tmp_path), order_file(tmp_path)
    for file in (running, terminated):
        await unserved.json("start", "order", "--input", str(file))
    await client.get_workflow_handle(id_of(terminated)).terminate()

    for file, state in ((running, "running"), (completed, "completed"), (terminated, "terminated")):
        row = await eventually(partial(_listed, cli, state, file), bool)
        assert state == row.get("status")


async def _listed(cli: CommandLine, state: str, file: Path) -> dict[str, Any]:
    found: list[dict[str, Any]] = await cli.json("list", "--flow", "order", "--status", state)
    return next((row for row in found if row["id"] == id_of(file)), dict[str, Any]())
