"""`start`: once per id, whatever is down, and how it says how the flow ended."""

from pathlib import Path

import pytest
from temporalio.client import Client

from models.order import Order
from tests.cli.commands import Answer, CommandLine
from tests.cli.orders import id_of, new_order_id, order_file, order_in


async def start(cli: CommandLine, file: Path, *options: str) -> Answer:
    return await cli("start", "order", "--input", str(file), *options)


async def test_start_answers_at_once_whatever_is_down(unserved: CommandLine, tmp_path: Path) -> None:
    """With no worker and no service running, `start` answers with the id, and a link."""
    file = order_file(tmp_path)

    answer = await start(unserved, file, "--json")

    told = answer.json
    link = f"http://ui.example/namespaces/default/workflows/{id_of(file)}/{told['run_id']}/history"
    assert {
        "id": id_of(file),
        "run_id": told["run_id"],
        "flow": "order",
        "status": "running",
    }.items() <= told.items()
    assert (None, None, link) == (told["result"], told["error"], told["url"])


async def test_the_same_order_twice_is_one_execution(unserved: CommandLine, tmp_path: Path) -> None:
    """The second start of the same order joins the first, however its JSON is written, and says so."""
    file = order_file(tmp_path)
    reordered = tmp_path / "reordered.json"
    reordered.write_text(str(dict(reversed(order_in(file).items()))).replace("'", '"'))

    first = await start(unserved, file, "--json")
    second = await start(unserved, reordered, "--json")
    third = await start(unserved, file)

    assert first.json["run_id"] == second.json["run_id"]
    assert (0, True) == (third.status, "already running with the same input, joined" in third.out)


async def test_another_input_under_a_running_id_is_refused(unserved: CommandLine, tmp_path: Path) -> None:
    """An id that runs takes no other input."""
    file = order_file(tmp_path)
    other = order_file(tmp_path, order_id=order_in(file)["order_id"], currency="USD")

    await start(unserved, file)
    answer = await start(unserved, other, "--json")

    assert (2, "InputDiffers") == (answer.status, answer.json["error"]["type"])


async def test_an_order_of_another_starter_is_joined(
    unserved: CommandLine, client: Client, task_queue: str, tmp_path: Path
) -> None:
    """An order that other software has started is joined when its input is the same, and only then."""
    file = order_file(tmp_path)
    other = order_file(tmp_path, order_id=order_in(file)["order_id"], currency="USD")
    order = Order.model_validate_json(file.read_text())
    await client.start_workflow("order", order, id=id_of(file), task_queue=task_queue)

    same, different = await start(unserved, file), await start(unserved, other)

    assert (0, 2) == (same.status, different.status)
    assert "joined" in same.out


async def test_the_id_can_be_chosen(unserved: CommandLine, tmp_path: Path) -> None:
    """`--id` replaces the id that comes from the input."""
    chosen = new_order_id()

    answer = await start(unserved, order_file(tmp_path), "--id", chosen, "--json")

    assert chosen == answer.json["id"]


async def test_waiting_for_an_order_that_completes(cli: CommandLine, tmp_path: Path) -> None:
    """`--wait` gives the result, with exit status 0; a completed order is not run again, not even with `--again`."""
    file = order_file(tmp_path)

    answer = await start(cli, file, "--wait", "--json")
    again = await start(cli, file, "--again", "--json")

    assert (0, "completed", None) == (answer.status, answer.json["status"], answer.json["error"])
    assert order_in(file)["order_id"] == answer.json["result"]["order_id"]
    assert (2, "AlreadyDone") == (again.status, again.json["error"]["type"])


async def test_waiting_for_an_order_that_is_compensated(cli: CommandLine, tmp_path: Path) -> None:
    """`--wait` says type and message of the failure and what was undone, newest first, with exit status 1."""
    file = order_file(tmp_path, "order-not-shippable.json")

    answer = await start(cli, file, "--wait", "--json")

    error = answer.json["error"]
    assert (1, "compensated", None) == (answer.status, answer.json["status"], answer.json["result"])
    assert ("AddressNotServed", ["authorize_payment", "reserve_stock"]) == (error["type"], error["undone"])
    assert "no carrier goes to AQ" in error["message"]


async def test_waiting_is_told_to_people(cli: CommandLine, tmp_path: Path) -> None:
    """Without `--json` the same is told in words, a line for each step."""
    file = order_file(tmp_path, "order-payment-refused.json")

    answer = await start(cli, file, "--wait")

    assert answer.status == 1
    for told in ("PaymentRefused: ", "reserve_stock", "↩ compensated", "undone: reserve_stock"):
        assert told in answer.out


async def test_a_compensated_order_runs_again_when_asked(cli: CommandLine, tmp_path: Path) -> None:
    """A compensated order is refused, and with `--again` it is a new run."""
    file = order_file(tmp_path, "order-payment-refused.json")

    first = await start(cli, file, "--wait", "--json")
    refused = await start(cli, file)
    second = await start(cli, file, "--again", "--wait", "--json")

    assert (2, True) == (refused.status, "--again" in refused.err)
    assert (1, "compensated") == (second.status, second.json["status"])
    assert first.json["run_id"] != second.json["run_id"]


@pytest.mark.parametrize("option", [[], ["--again"]], ids=["plain", "again"])
async def test_a_terminated_order_is_not_run_again(
    unserved: CommandLine, client: Client, tmp_path: Path, option: list[str]
) -> None:
    """What a terminated order has done is not undone, so its id is refused until somebody has settled that."""
    file = order_file(tmp_path)
    await start(unserved, file)
    await client.get_workflow_handle(id_of(file)).terminate()

    answer = await start(unserved, file, *option, "--json")

    assert (2, "LeftHalfDone") == (answer.status, answer.json["error"]["type"])


async def test_who_started_is_on_record(unserved: CommandLine, tmp_path: Path) -> None:
    """`--by` is kept with the flow, marked as what the starter said of itself."""
    file = order_file(tmp_path)
    await start(unserved, file, "--by", "ada")

    status = await unserved.json("status", id_of(file))

    assert {"by": "ada", "kind": None, "authenticated": False} == status["started_by"]
