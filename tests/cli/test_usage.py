"""What is answered without a server: help, the catalogue, wrong usage, invalid input, and that there is none."""

import asyncio
import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.parser import parser
from runtime.dev_server import HOST
from tests.cli.commands import ROOT, CommandLine
from tests.cli.orders import order_file, order_in

TOLD_WITHIN = 10.0
"""Three seconds on a quiet machine; a busy one takes longer, and what matters is that it ends."""
SECRET = "tok with a blank"


def test_help_waits_for_no_heavy_import() -> None:
    """`--help` is answered before Temporal's client, pydantic or rich are imported."""
    probe = (
        "import contextlib, sys, starter\n"
        "with contextlib.suppress(SystemExit): starter.main(['--help'])\n"
        "print(sorted({'temporalio', 'pydantic', 'rich'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "demo" in done.stdout
    assert done.stderr.strip() == "[]"


async def test_the_catalogue_describes_each_flow(nowhere: CommandLine) -> None:
    """`flows` names each flow with its version, owner, description and the shape of its input."""
    listed = await nowhere.json("flows")
    shown = await nowhere("flows")

    order = next(flow for flow in listed if flow["flow"] == "order")
    assert all(flow[field] for flow in listed for field in ("version", "owner", "description"))
    assert "order_id" in order["input"]["properties"]
    assert all(f"{flow['flow']} " in shown.out and flow["owner"] in shown.out for flow in listed)


async def test_one_flow_is_described(nowhere: CommandLine) -> None:
    """`flows FLOW` shows each field of the input with its type, and a command that would start it."""
    order = await nowhere.json("flows", "order")
    shown = await nowhere("flows", "order")

    rows = [line.split() for line in shown.out.splitlines()]
    assert ["items[].quantity", "integer", "yes", "above", "0,", "at", "most", "10000"] in rows
    assert ["python", "starter.py", "start", "order", "--input", order["example"]] in rows
    assert "$ref" not in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


async def test_an_sla_and_an_early_answer_are_described(nowhere: CommandLine) -> None:
    """`flows FLOW` says by when it is done, who is told when it is not, and that it answers early."""
    registration = await nowhere.json("flows", "registration")
    shown = await nowhere("flows", "registration")

    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert {"limit_s": 14400.0, "warn_s": 3600.0}.items() <= registration["sla"].items()
    assert [{"after_s": 72000.0, "to": "head-of-customer-care"}] == registration["sla"]["escalations"]
    assert "account_id" in registration["answer"]["properties"]
    assert "SLA done within 4 h" in lines
    assert "after 1 d head-of-customer-care is told" in lines
    assert "answer early, with registration_id, account_id, status; the rest goes on behind" in lines
    assert lines[-1].endswith("--answer")
    without = {flow["flow"] for flow in await nowhere.json("flows") if not flow["sla"]}
    without = {flow for flow in without if not flow.startswith("arazzo:")}
    assert without == {"ticket-sync", "ticket-feed"}  # which live for as long as what they look after


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["start", "order"],
        ["list", "--status", "sleeping"],
        ["approve", "order-1"],
        ["reject", "order-1", "--by", "ada"],
        ["resolve", "order-1", "x.1", "ignore", "--by", "ada", "--reason", "r"],
        ["cancel", "order-1", "--by", "ada"],
        ["list", "--limit", "0"],
        ["start", "order", "--input", "f", "--answer", "--wait"],
        ["start", "order", "--input", "f", "--answer", "--within", "now"],
        ["schedule"],
        ["schedule", "create", "nightly", "order", "--input", "f"],
        ["schedule", "create", "nightly", "order", "--input", "f", "--every", "soon"],
        ["schedule", "create", "nightly", "order", "--input", "f", "--every", "1d", "--cron", "0 6 * * *"],
        ["schedule", "create", "at night", "order", "--input", "f", "--every", "1d"],
        ["schedule", "create", "nightly", "order", "--input", "f", "--every", "1d", "--overlap", "queue"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Wrong usage is exit status 2 and the usage."""
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)

    assert (2, "usage: ") == (ended.value.code, capsys.readouterr().err[:7])


async def test_an_unknown_flow_is_told(nowhere: CommandLine, tmp_path: Path) -> None:
    """A flow that is not in the catalogue is refused with the names that are."""
    started = await nowhere("start", "orders", "--input", str(order_file(tmp_path)))
    shown = await nowhere("flows", "orders")

    assert (2, 2, started.err) == (started.status, shown.status, shown.err)
    assert "There is no flow 'orders'. Known: order" in shown.err


async def test_invalid_input_is_refused_before_anything_starts(nowhere: CommandLine, tmp_path: Path) -> None:
    """Invalid input is refused before a server is even looked for, with a line for each field and no value."""
    file = order_file(tmp_path, items=[], payment_method=SECRET)

    answer = await nowhere("start", "order", "--input", str(file), "--json")

    wrong = [problem["field"] for problem in answer.json["error"]["fields"]]
    assert (2, "InvalidInput", ["items", "payment_method"]) == (
        answer.status,
        answer.json["error"]["type"],
        wrong,
    )
    assert ["  items:", "  payment_method:"] == [
        line[: line.index(":") + 1] for line in answer.err.splitlines()[1:]
    ]
    assert SECRET not in answer.out + answer.err


async def test_standard_input_that_is_not_json_is_refused_with_its_place(nowhere: CommandLine) -> None:
    """What is typed and is no JSON is refused with line and column."""
    answer = await nowhere("start", "order", "--input", "-", typed='{\n  "order_id": "A-1",\n}')

    assert (2, True) == (answer.status, "standard input" in answer.err)
    assert "not JSON at line 3, column 1" in answer.err


async def test_a_file_that_cannot_be_read_is_told(nowhere: CommandLine, tmp_path: Path) -> None:
    """A file that is missing, or is no text, is refused by name."""
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe")

    missing = await nowhere("start", "order", "--input", str(tmp_path / "absent.json"))
    unreadable = await nowhere("start", "order", "--input", str(binary))

    assert (2, 2) == (missing.status, unreadable.status)
    assert "absent.json" in missing.err
    assert "not UTF-8 at byte 1" in unreadable.err


async def test_a_wrong_setting_is_told(nowhere: CommandLine) -> None:
    """A setting that is wrong is refused by name."""
    answer = await nowhere("list", PAYMENTS_URL="ftp://payments")

    assert answer.status == 2
    assert "PAYMENTS_URL" in answer.err


async def test_no_server_is_told_at_once(nowhere: CommandLine, tmp_path: Path) -> None:
    """Where no server is, one line says how to start one, with exit status 3."""
    answer = await nowhere("start", "order", "--input", str(order_file(tmp_path)))

    assert answer.status == 3
    assert len(answer.err.splitlines()) == 1
    assert "temporal server start-dev" in answer.err


async def test_a_silent_server_is_told_within_three_seconds(nowhere: CommandLine) -> None:
    """What accepts connections and never answers is no server, and is given up within three seconds."""
    async with await asyncio.start_server(_say_nothing, HOST, 0) as silent:
        host, port = silent.sockets[0].getsockname()
        begin = time.monotonic()
        answer = await nowhere("list", TEMPORAL_ADDRESS=f"{host}:{port}")
        took = time.monotonic() - begin
        silent.close()

    assert 3 == answer.status
    assert took < TOLD_WITHIN


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the other side has given up."""
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()


async def test_start_answers_with_the_same_keys_when_it_refuses(nowhere: CommandLine, tmp_path: Path) -> None:
    """Whatever `start --json` answers, it has the same keys."""
    file = order_file(tmp_path)
    keys = {"id", "run_id", "flow", "status", "result", "answer", "error", "url"}

    unreachable = await nowhere("start", "order", "--input", str(file), "--json")
    invalid = await nowhere("start", "order", "--input", "-", "--json", typed="{}")

    assert order_in(file)["order_id"]
    assert keys == unreachable.json.keys() == invalid.json.keys()
