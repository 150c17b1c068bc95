"""`approve`, `reject`, `resolve`, `cancel` and `incidents`: what a person decides reaches the flow, or is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.client import Client

from runtime.status import flow_view
from services.backstage.faults import FaultKind
from tests.cli.commands import Answer, CommandLine, refusal
from tests.cli.orders import id_of, order_file, order_in
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess

LARGE = "order-large.json"


async def started(cli: CommandLine, file: Path) -> str:
    return str((await cli.json("start", "order", "--input", str(file)))["id"])


async def until(client: Client, workflow_id: str, state: str) -> None:
    await eventually(lambda: flow_view(client, workflow_id), lambda view: view.status == state)


async def ended(cli: CommandLine, client: Client, workflow_id: str) -> Any:  # noqa: ANN401 - a status as JSON
    """Its status when it has ended."""
    await eventually(lambda: flow_view(client, workflow_id), lambda view: view.ended)
    return await cli.json("status", workflow_id)


async def test_an_approval_lets_the_order_go_on(cli: CommandLine, client: Client, tmp_path: Path) -> None:
    """`approve` needs no name where one approval is open; who, when and why are in the status."""
    order = await started(cli, order_file(tmp_path, LARGE))
    await until(client, order, "waiting_for_approval")
    waiting = await cli.json("status", order)

    receipt = await cli.json("approve", order, "--by", "ada", "--comment", "a good customer")
    status = await ended(cli, client, order)

    (decision,) = status["approvals"][0]["decisions"]
    assert "approval:large-order" == waiting["waiting_for"]
    assert ("large-order", "approve", "ada") == (receipt["approval"], receipt["decision"], receipt["by"])
    assert ("completed", "ada", receipt["at"]) == (status["status"], decision["by"], decision["at"])
    assert "a good customer" == decision["comment"]


async def test_a_decided_approval_is_not_decided_again(
    cli: CommandLine, client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """A second decision is refused and told who decided, with the approval's name and without it."""
    file = order_file(tmp_path, LARGE)
    match = {"order_id": order_in(file)["order_id"]}
    await stand_ins.faults.add("authorizePayment", FaultKind.HOLD_BEFORE_EFFECT, match=match)
    order = await started(cli, file)
    await until(client, order, "waiting_for_approval")
    await cli.json("approve", order, "--by", "ada")
    call = (await stand_ins.wait_for_calls("authorizePayment", correlation_id=order))[0]

    named = await cli("reject", order, "large-order", "--by", "eve", "--comment", "no", "--json")
    unnamed = await cli("approve", order, "--by", "eve")
    await stand_ins.release(call=call)

    assert (2, "AlreadyDecided") == refusal(named)
    assert (2, True) == (unnamed.status, "large-order is approved (by ada" in unnamed.err)
    assert "completed" == (await ended(cli, client, order))["status"]


async def test_a_rejection_undoes_the_order(
    cli: CommandLine, client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """`reject` ends the order with `ApprovalRejected` and nothing left behind; an empty reason is none."""
    order = await started(cli, order_file(tmp_path, LARGE))
    await until(client, order, "waiting_for_approval")

    unreasoned = await cli("reject", order, "--by", "ada", "--comment", " ", "--json")
    await cli.json("reject", order, "--by", "ada", "--comment", "no budget")
    status = await ended(cli, client, order)

    assert (2, "InvalidInput") == refusal(unreasoned)
    assert ("compensated", "ApprovalRejected") == (status["status"], status["error"].split(":")[0])
    assert [] == await stand_ins.open_effects(correlation_id=order)


async def test_decisions_that_cannot_be_taken(cli: CommandLine, client: Client, tmp_path: Path) -> None:
    """An unknown id, an unknown approval and an order that has ended are refused, each in its words."""
    order = await started(cli, order_file(tmp_path, LARGE))
    await until(client, order, "waiting_for_approval")

    assert (2, "UnknownId") == refusal(await cli("approve", "order-nobody", "--by", "ada", "--json"))
    assert (2, "UnknownApproval") == refusal(await cli("approve", order, "wages", "--by", "ada", "--json"))
    assert (2, "UnknownIncident") == refusal(await _resolve(cli, order, "release_stock.1", "retry"))
    await cli.json("cancel", order, "--by", "ada", "--reason", "done here")
    await ended(cli, client, order)
    for command in (["approve", order, "--by", "ada"], ["cancel", order, "--by", "a", "--reason", "r"]):
        assert (2, "HasEnded") == refusal(await cli(*command, "--json"))


async def test_no_worker_is_told(unserved: CommandLine, tmp_path: Path) -> None:
    """Where no worker answers, a decision does not hang: it is refused, and said how to start one."""
    order = await started(unserved, order_file(tmp_path, LARGE))

    answer = await unserved("approve", order, "large-order", "--by", "ada")

    assert 2 == answer.status
    assert "No worker is answering" in answer.err
    assert "python worker.py" in answer.err


async def test_a_decision_reaches_the_flow_of_a_killed_worker(
    unserved: CommandLine, client: Client, environment: dict[str, str], tmp_path: Path
) -> None:
    """The server asks another worker only after a while, and the decision waits for that."""
    async with WorkerProcess(environment, log=tmp_path / "log") as worker:
        order = await started(unserved, order_file(tmp_path, LARGE))
        await until(client, order, "waiting_for_approval")
        await worker.kill()
        await worker.start()

        await unserved.json("approve", order, "--by", "ada")
        status = await ended(unserved, client, order)

    assert "completed" == status["status"]


async def test_a_cancelled_order_is_undone(
    cli: CommandLine, client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """`cancel` undoes what was done; who asked for it, and why, is in the status."""
    order = await started(cli, order_file(tmp_path, LARGE))
    await until(client, order, "waiting_for_approval")

    await cli.json("cancel", order, "--by", "ada", "--reason", "ordered twice")
    status = await ended(cli, client, order)

    assert "cancelled" == status["status"]
    assert "cancelled: by ada (self-declared): ordered twice" == status["error"]
    assert [] == await stand_ins.open_effects(correlation_id=order)


async def test_an_incident_is_listed_and_tried_again(
    cli: CommandLine, client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """An undo that is refused is an incident that `incidents` lists with its cause; `resolve … retry` ends it."""
    order = await _stuck(cli, client, stand_ins, tmp_path)

    (incident,) = _of(order, await cli.json("incidents"))
    shown = await cli("incidents")
    receipt = await cli.json(*_resolution(order, incident["name"], "retry"))
    status = await ended(cli, client, order)

    assert ("incident", ["retry", "settle"]) == (incident["kind"], incident["options"])
    assert "WarehouseClosed" in incident["about"]
    assert f"resolve {order} {incident['name']} retry|settle" in shown.out
    assert (incident["name"], "retry", "ada") == (receipt["incident"], receipt["decision"], receipt["by"])
    assert "compensated" == status["status"]
    assert [] == await stand_ins.open_effects(correlation_id=order)


async def test_an_incident_is_settled_by_hand(
    cli: CommandLine, client: Client, stand_ins: StandIns, tmp_path: Path
) -> None:
    """`resolve … settle` takes the step's name too, ends the order as failed, and keeps the reason."""
    order = await _stuck(cli, client, stand_ins, tmp_path)

    refused = await _resolve(cli, order, "reserve_stock", "skip")
    await cli.json(*_resolution(order, "reserve_stock", "settle"))
    status = await ended(cli, client, order)

    (settled,) = status["settled_incidents"]
    assert (2, "ChoiceNotOffered") == refusal(refused)
    assert ("failed", []) == (status["status"], status["incidents"])
    assert ("settle", "counted by hand") == (
        settled["resolution"]["decision"],
        settled["resolution"]["reason"],
    )


async def _stuck(cli: CommandLine, client: Client, stand_ins: StandIns, folder: Path) -> str:
    """An order that is refused by the payments and then by the warehouse, which keeps the stock."""
    file = order_file(folder, "order-payment-refused.json")
    match = {"order_id": order_in(file)["order_id"]}
    problem: dict[str, str | int] = {
        "status": 423,
        "type": "warehouse-closed",
        "detail": "come back tomorrow",
    }
    await stand_ins.faults.add("releaseInventory", FaultKind.REFUSE, match=match, problem=problem)
    await started(cli, file)
    await until(client, id_of(file), "needs_attention")
    return id_of(file)


def _of(order: str, waiting: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [wait for wait in waiting if wait["id"] == order]


def _resolution(order: str, incident: str, decision: str) -> Sequence[str]:
    return ("resolve", order, incident, decision, "--by", "ada", "--reason", "counted by hand")


async def _resolve(cli: CommandLine, order: str, incident: str, decision: str) -> Answer:
    return await cli(*_resolution(order, incident, decision), "--json")
