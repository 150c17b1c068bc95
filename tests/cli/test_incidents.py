"""A held step on the command line: listed with its terms, decided in each way, and what does not fit is refused by field."""

import json
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from runtime.status import FlowView, flow_view
from services.backstage.faults import FaultKind
from tests.cli.commands import Answer, CommandLine, refusal
from tests.cli.orders import id_of, order_file, order_in
from tests.eventually import eventually
from tests.standins import StandIns

INCIDENT = "reserve_stock.1"
BY_ADA = ("--by", "ada", "--reason", "the token is renewed")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return order_file(tmp_path)


@pytest.fixture
async def order(cli: CommandLine, client: Client, stand_ins: StandIns, file: Path) -> str:
    """An order whose first step is held, since the warehouse does not accept our token."""
    match = {"order_id": order_in(file)["order_id"]}
    await stand_ins.faults.add("reserveInventory", FaultKind.UNAUTHORIZED, match=match)
    await cli.json("start", "order", "--input", str(file))
    await until(client, id_of(file), "needs_attention")
    return id_of(file)


async def until(client: Client, workflow_id: str, state: str) -> FlowView:
    return await eventually(partial(flow_view, client, workflow_id), lambda view: view.status == state)


async def resolve(cli: CommandLine, order: str, decision: str, *options: str) -> Answer:
    return await cli("resolve", order, INCIDENT, decision, *BY_ADA, *options, "--json")


def written(folder: Path, content: object) -> str:
    file = folder / "typed.json"
    file.write_text(json.dumps(content))
    return str(file)


def stock_of(file: Path, **changes: object) -> dict[str, Any]:
    """What the held step has asked for."""
    order = order_in(file)
    items = [{"sku": item["sku"], "quantity": item["quantity"]} for item in order["items"]]
    return {"order_id": order["order_id"], "items": items, **changes}


async def test_a_held_step_is_listed_with_its_terms(cli: CommandLine, order: str) -> None:
    """`incidents` says flow, step, cause and age, what may be decided, and what has to come with it."""
    (listed,) = [wait for wait in await cli.json("incidents") if wait["id"] == order]
    shown = " ".join((await cli("incidents")).out.split())
    status = await cli.json("status", order)

    assert ("order", "incident", INCIDENT, "reserve_stock") == tuple(
        listed[field] for field in ("flow", "kind", "name", "step")
    )
    assert ["retry", "skip", "compensate"] == listed["options"]
    assert (True, True, 0) == tuple(listed[field] for field in ("accepts_input", "needs_result", "reminded"))
    assert listed["since"] == status["incidents"][0]["since"]
    assert "CredentialsRefused" in listed["about"]
    assert f"{order} order incident {INCIDENT} for " in shown
    assert "retry takes corrected input (--input FILE); skip needs the step's result" in shown
    assert f"resolve {order} {INCIDENT} retry|skip|compensate --by YOU" in shown


async def test_it_is_shown_in_the_status(cli: CommandLine, client: Client, order: str) -> None:
    """`status` shows the incident with its terms, the SLA, and that ops have been told."""
    await eventually(
        partial(flow_view, client, order), lambda view: any(told.delivered for told in view.announcements)
    )
    status = await cli.json("status", order)
    shown = await cli("status", order)

    (told,) = status["announcements"]
    (incident,) = status["incidents"]
    assert ("incident", "ops", INCIDENT) == (told["kind"], told["to"], told["incident"])
    assert (True, True) == (incident["accepts_input"], incident["needs_result"])
    assert "within" == status["sla"]["state"]
    assert status["sla"]["due_at"] > status["created_at"]
    for line in (f"told ops incident {INCIDENT}", "due ", "retry takes corrected input"):
        assert line in shown.out


async def test_a_retry_with_corrected_input(
    cli: CommandLine, client: Client, order: str, file: Path, tmp_path: Path
) -> None:
    """The step is tried again with what was typed, and the status shows that."""
    corrected = stock_of(file, items=[{"sku": "notebook-a5", "quantity": 1}])

    receipt = (await resolve(cli, order, "retry", "--input", written(tmp_path, corrected))).json
    status = await until(client, order, "completed")
    watched = await cli("status", order, "--watch")

    (settled,) = status.settled_incidents
    assert f"told ops: incident {INCIDENT}, " in watched.out
    assert ("retry", "ada") == (receipt["decision"], receipt["by"])
    assert corrected == status.steps[0].input
    assert settled.resolution
    assert "the token is renewed" == settled.resolution.reason


async def test_input_that_does_not_fit_the_step(
    cli: CommandLine, order: str, file: Path, tmp_path: Path
) -> None:
    """Corrected input is held against the step's model before anything is decided: which field, what was expected."""
    wrong = stock_of(file, items=[{"sku": "notebook-a5", "quantity": 0}, {"quantity": 1}])

    answer = await resolve(cli, order, "retry", "--input", written(tmp_path, wrong))
    no_object = await resolve(cli, order, "retry", "--input", written(tmp_path, [wrong]))
    status = await cli.json("status", order)

    assert (2, "InvalidInput") == refusal(answer)
    assert [
        {"field": "items[0].quantity", "expected": "should be greater than 0"},
        {"field": "items[1].sku", "expected": "is required"},
    ] == answer.json["error"]["fields"]
    assert "The corrected input is not valid; nothing was changed:" == answer.err.splitlines()[0]
    assert (2, "InvalidInput") == refusal(no_object)
    assert "it is no JSON object" in no_object.err
    assert "needs_attention" == status["status"]


async def test_a_skip_brings_the_result(
    cli: CommandLine, client: Client, stand_ins: StandIns, order: str, file: Path, tmp_path: Path
) -> None:
    """What somebody has done by hand stands in for the step, if it is what later steps are promised."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    by_hand = await stand_ins.http.post("/inventory/reservations", json=stock_of(file), headers=key)
    result = by_hand.raise_for_status().json()

    without = await resolve(cli, order, "skip")
    wrong = await resolve(cli, order, "skip", "--result", written(tmp_path, result | {"status": "lost"}))
    typed = await resolve(cli, order, "skip", "--result", written(tmp_path, result))
    status = await until(client, order, "completed")

    assert (2, "ResultNeeded") == refusal(without)
    assert (2, "InvalidInput") == refusal(wrong)
    assert ["status"] == [problem["field"] for problem in wrong.json["error"]["fields"]]
    assert 0 == typed.status
    assert ("skipped", result) == (status.steps[0].status, status.steps[0].result)


async def test_an_incident_ends_with_its_flow(cli: CommandLine, client: Client, order: str) -> None:
    """`compensate` undoes the flow now; when that has ended, nothing can be decided any more."""
    await resolve(cli, order, "compensate")
    status = await until(client, order, "failed")

    assert status.error
    assert "CredentialsRefused" in status.error
    assert (2, "HasEnded") == refusal(await resolve(cli, order, "retry"))


async def test_a_decided_incident_is_stale(
    cli: CommandLine, client: Client, stand_ins: StandIns, order: str, file: Path
) -> None:
    """While the flow goes on, its old incident is known with the decision, and takes no other."""
    match = {"order_id": order_in(file)["order_id"]}
    await stand_ins.faults.add("reserveInventory", FaultKind.UNAUTHORIZED, match=match)
    await resolve(cli, order, "retry")
    await eventually(
        partial(flow_view, client, order), lambda view: [i.id for i in view.incidents] == ["reserve_stock.2"]
    )

    stale = await resolve(cli, order, "compensate")
    offered = await cli("resolve", order, "reserve_stock", "settle", *BY_ADA, "--json")
    await cli.json("resolve", order, "reserve_stock", "retry", *BY_ADA)
    await until(client, order, "completed")

    assert (2, "StaleIncident") == refusal(stale)
    assert f"Incident {INCIDENT} is closed. ada chose retry, " in stale.err
    assert (2, "ChoiceNotOffered") == refusal(offered)
    assert "Incident reserve_stock.2 offers retry, skip, compensate, not settle." in offered.err
