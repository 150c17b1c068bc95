"""`arazzo dry-run`: what would happen is told to people and machines, without a server."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import ROOT, CommandLine

ORDER = "examples/arazzo/place-order-saga.arazzo.yaml"
INPUT = "examples/arazzo/place-order-saga.json"


async def test_a_run_is_told_line_by_line(nowhere: CommandLine) -> None:
    """Each call with its method, path and answer; what was made up is said; completing is exit 0."""
    answer = await nowhere("arazzo", "dry-run", ORDER)

    assert (0, "✔ it completes") == (answer.status, answer.out.splitlines()[-1])
    assert "Made up: orderId, email" in answer.out
    assert "POST /payments/authorizations → 201" in answer.out


async def test_a_fault_is_told_to_its_end(nowhere: CommandLine) -> None:
    """The retries, what is undone in its order, and why; failing is exit 1."""
    answer = await nowhere("arazzo", "dry-run", ORDER, "--fault", "createShipment=503")

    words = " ".join(answer.out.split())
    assert 1 == answer.status
    assert "retry 2 by when unavailable and so on, 3 times more" in words
    assert words.endswith("$statusCode is 503; undone: authorizePayment and reserveStock")


async def test_a_held_step_waits_for_a_person(nowhere: CommandLine) -> None:
    """Behind the point of no return nothing is undone."""
    arguments = ("--input", INPUT, "--fault", "capturePayment=drop", "--json")
    answer = await nowhere("arazzo", "dry-run", ORDER, *arguments)

    assert (1, "held", "capturePayment") == (answer.status, answer.json["end"], answer.json["step"])
    assert ([], []) == (answer.json["undone"], answer.json["made_up"])


async def test_machines_are_told_all(nowhere: CommandLine) -> None:
    """Every event, with the requests as they would be."""
    answer = await nowhere("arazzo", "dry-run", ORDER, "--fault", "createShipment=422", "--json")

    undone = [one["what"] for one in answer.json["events"] if one["kind"] == "undo"]
    assert ["POST /payments/authorizations/void", "POST /inventory/reservations/release"] == undone
    assert ["authorizePayment", "reserveStock"] == answer.json["undone"]


async def test_inputs_are_filled_up(nowhere: CommandLine) -> None:
    """What is given is taken, and what is required beside it is made up."""
    given = json.dumps({"orderId": "A-1"})
    answer = await nowhere("arazzo", "dry-run", ORDER, "--input", "-", "--json", typed=given)

    assert (0, "A-1") == (answer.status, answer.json["outputs"]["orderId"])
    assert "orderId" not in answer.json["made_up"]


async def test_what_a_run_would_not_send_is_said(nowhere: CommandLine) -> None:
    """An input that the document takes and the service does not, as it is described."""
    given = json.loads((ROOT / "examples/arazzo/subscription.json").read_text())
    given = {name: value for name, value in given.items() if name != "email"} | {"currency": "euros"}
    document = ("examples/arazzo/subscription.arazzo.yaml", "--workflow", "takeMoney")
    answer = await nowhere("arazzo", "dry-run", *document, "--input", "-", typed=json.dumps(given))

    words = " ".join(answer.out.split())
    assert 0 == answer.status
    assert 'not as it is described: the body, currency: expected pattern "^[A-Z]{3}$"' in words
    assert words.endswith("with such values a run would not send what charge asks for")


async def test_secrets_are_not_shown(nowhere: CommandLine, tmp_path: Path) -> None:
    """What a schema calls a password is hidden before anything is made of it."""
    path = tmp_path / "secret.arazzo.yaml"
    text = (ROOT / ORDER).read_text().replace("paymentMethod:\n          type: string", SECRET)
    path.write_text(text)
    (tmp_path / "shop.openapi.json").write_text((ROOT / "examples/arazzo/shop.openapi.json").read_text())
    given = json.loads((ROOT / INPUT).read_text()) | {"paymentMethod": "tok_hush"}

    answer = await nowhere("arazzo", "dry-run", str(path), "--input", "-", "--json", typed=json.dumps(given))

    assert (0, "***") == (answer.status, answer.json["inputs"]["paymentMethod"])
    assert "tok_hush" not in answer.out


SECRET = "paymentMethod:\n          type: string\n          format: password"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((ORDER, "--fault", "pack=503"), "there is no step pack; expected one of reserveStock"),
        ((ORDER, "--fault", "createShipment=decline"), "decline cannot happen to createShipment"),
        ((ORDER, "--workflow", "other"), "there is no workflow other; expected one of placeOrder"),
        ((ORDER, "--input", "absent.json"), "it cannot be read"),
        (("absent.yaml",), "no such file"),
        (("examples/arazzo/subscription.arazzo.yaml",), "there are 3 workflows"),
    ],
)
async def test_what_makes_no_sense_is_exit_two(
    nowhere: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    """With what was expected."""
    answer = await nowhere("arazzo", "dry-run", *arguments)

    assert (2, "") == (answer.status, answer.out)
    assert said in " ".join(answer.err.split())


async def test_inputs_that_do_not_fit_are_refused(nowhere: CommandLine) -> None:
    """As a start would refuse them."""
    given = json.dumps({"orderId": "A-1", "amount": "much"})
    answer = await nowhere("arazzo", "dry-run", ORDER, "--input", "-", typed=given)

    assert 2 == answer.status
    assert "amount: expected pattern" in answer.err


async def test_a_source_that_is_not_at_hand_is_asked_for(nowhere: CommandLine, tmp_path: Path) -> None:
    """A plan that lacks a description cannot be rehearsed."""
    path = tmp_path / "alone.arazzo.yaml"
    path.write_text((ROOT / ORDER).read_text())

    refused = await nowhere("arazzo", "dry-run", str(path))
    source = f"shop={ROOT / 'examples/arazzo/shop.openapi.json'}"
    answer = await nowhere("arazzo", "dry-run", str(path), "--source", source)

    assert (2, 0) == (refused.status, answer.status)
    assert "--source NAME=FILE" in refused.err
