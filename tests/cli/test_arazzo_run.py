"""`arazzo run`, and documents in the catalogue: started like every other flow, by a real worker."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import JsonValue

from tests.cli.commands import CommandLine, refusal
from tests.eventually import eventually
from tests.standins import StandIns

EXAMPLES = Path("examples/arazzo")
ORDER = str(EXAMPLES / "place-order-saga.arazzo.yaml")
APPROVAL = str(EXAMPLES / "approval.arazzo.yaml")


def order(folder: Path, **own: JsonValue) -> str:
    """A file with the input of an order that there was none of before."""
    given = json.loads((EXAMPLES / "place-order-saga.json").read_text())
    file = folder / "order.json"
    file.write_text(json.dumps({**given, "orderId": str(uuid4()), **own}))
    return str(file)


@pytest.fixture
def allowed(stand_ins: StandIns) -> dict[str, str]:
    """Settings by which documents may call the stand-ins, where these are."""
    hosts = stand_ins.url.removeprefix("http://")
    return {"ARAZZO_ALLOWED_HOSTS": hosts, "ARAZZO_SERVERS": f"shop={stand_ins.url}"}


async def test_a_document_is_run_to_its_end(
    cli: CommandLine, stand_ins: StandIns, allowed: dict[str, str], tmp_path: Path
) -> None:
    """`arazzo run --wait --json` answers as `start` does, with the workflow's outputs as the result."""
    given = order(tmp_path)

    run = ("arazzo", "run", ORDER, "--input", given, "--server", f"shop={stand_ins.url}", "--wait", "--json")
    answer = await cli(*run, **allowed)

    told = answer.json
    assert (answer.status, told["status"], told["flow"]) == (
        0,
        "completed",
        "arazzo:place-order-saga/placeOrder",
    )
    assert told["result"]["orderId"] == json.loads(Path(given).read_text())["orderId"]
    effects = await stand_ins.effects(correlation_id=told["id"])
    assert told["result"]["shipmentId"] in {effect.resource_id for effect in effects}


async def test_a_document_of_the_folder_starts_like_a_flow(
    cli: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """A document in the folder is in the catalogue, starts by its name, and is listed."""
    name = "arazzo:place-order-saga/placeOrder"
    catalogue = {flow["flow"]: flow for flow in await cli.json("flows", **allowed)}
    started = await cli("start", name, "--input", order(tmp_path), "--wait", "--json", **allowed)

    assert catalogue[name]["owner"] == "order-team"
    assert "orderId" in catalogue[name]["input"]["properties"]
    assert (started.status, started.json["status"]) == (0, "completed")
    listed = await cli.json("list", "--limit", "100", **allowed)
    assert started.json["id"] in {flow["id"] for flow in listed}


async def test_a_run_tells_which_plan_it_has(
    cli: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """The plan's hash is noted beside the run, and is the one of the catalogue."""
    name = "arazzo:place-order-saga/placeOrder"
    started = await cli.json("start", name, "--input", order(tmp_path), **allowed)

    status = await cli.json("status", started["id"])
    in_code = await cli.json("flows", "order")
    assert status["plan_sha256"] == (await cli.json("flows", name, **allowed))["plan_sha256"]
    assert "plan_sha256" not in in_code


async def test_inputs_that_do_not_fit_start_nothing(
    nowhere: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """What the workflow's schema does not allow is said field by field, before any server is asked."""
    given = order(tmp_path, currency=5, surprise=True)

    answer = await nowhere("arazzo", "run", ORDER, "--input", given, "--json", **allowed)

    assert refusal(answer) == (2, "InvalidInput")
    assert "currency: expected type" in answer.err
    assert "surprise" in answer.err


async def test_a_host_that_may_not_be_called_starts_nothing(nowhere: CommandLine, tmp_path: Path) -> None:
    """Before anything is started, the servers of all operations are held against the list of hosts."""
    servers = {"ARAZZO_SERVERS": "shop=http://169.254.169.254/latest"}

    answer = await nowhere("arazzo", "run", ORDER, "--input", order(tmp_path), "--json", **servers)

    assert refusal(answer) == (2, "PlanRefused")
    assert "169.254.169.254" in answer.err


async def test_an_unknown_source_is_refused(nowhere: CommandLine, tmp_path: Path) -> None:
    """`--server` names a source description of the document."""
    run = ("arazzo", "run", ORDER, "--input", order(tmp_path), "--server", "shp=http://127.0.0.1:1")

    answer = await nowhere(*run, "--json")

    assert refusal(answer) == (2, "InvalidInput")
    assert "shop" in answer.err


async def test_a_person_and_an_event_take_a_document_on(
    cli: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """`approve --input` answers what a step asks of people, and `event` hands a run the message that it waits for."""
    given = json.loads((EXAMPLES / "approval.json").read_text()) | {"orderId": str(uuid4())}
    file, contact, paid = (tmp_path / name for name in ("order.json", "contact.json", "paid.json"))
    file.write_text(json.dumps(given))
    contact.write_text(json.dumps({"contact": "Grace"}))
    payload = {"amount": given["amount"], "receivedAt": "2026-11-21T10:00:00Z"}
    message: dict[str, JsonValue] = {
        "channel": "payments/received",
        "correlation_id": given["orderId"],
        "payload": payload,
    }
    paid.write_text(json.dumps(message))

    run = ("arazzo", "run", APPROVAL, "--input", str(file), "--json")
    started = (await cli(*run, **allowed)).json
    flow, name = started["flow"], started["id"]
    early = await cli("event", flow, name, "--input", str(paid), "--json")
    approved = await cli("approve", name, "--by", "grace", "--input", str(contact), "--json")

    assert (early.status, approved.status) == (0, 0)
    ended = await eventually(lambda: cli.json("status", name), lambda seen: seen["status"] == "completed")
    assert [step["name"] for step in ended["steps"]] == ["reserveStock", "createShipment", "tellCustomer"]
    given_to_customer = ended["steps"][-1]["input"]["steps"]
    assert given_to_customer["askForApproval"] == {"contact": "Grace"}
    paid.write_text(json.dumps({**message, "channel": "payments/recieved"}))
    wrong = await cli("event", flow, name, "--input", str(paid), "--json")
    assert refusal(wrong) == (2, "InvalidInput")
    assert "bank/payments/received" in wrong.err
    paid.write_text(json.dumps(message))
    late = await cli("event", flow, name, "--input", str(paid), "--json")
    assert refusal(late) == (2, "HasEnded")
