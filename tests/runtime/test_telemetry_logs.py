"""What the worker writes to its log: which flow, step and attempt it is about, and never a payload."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from runtime.dev_server import DevServer, free_port
from runtime.log_errors import Deliberate, told
from runtime.logs import HumanFormatter, JsonFormatter
from tests.crash.orders import EXAMPLE, order, start
from tests.endings import end_of
from tests.standins import StandIns
from tests.worker_process import ROOT, WorkerProcess

ASKED = [EXAMPLE.customer.email, EXAMPLE.payment_method, EXAMPLE.shipping_address.street, "desk-lamp"]
ANSWERED = ["res_", "TRK_"]


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture
def environment(dev_server: DevServer, stand_ins: StandIns, task_queue: str) -> dict[str, str]:
    return {**stand_ins.environment(), "TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}


async def test_a_failed_attempt_is_one_line_with_its_ids(
    environment: dict[str, str], client: Client, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> None:
    """Which flow, run, step and attempt it was, and why; the traceback of an expected failure helps nobody."""
    async with WorkerProcess(environment, log=tmp_path / "log"):
        await stand_ins.faults.add("createShipment", "unavailable", match={"order_id": "flaky"})
        handle = await start(client, order("flaky"), task_queue)
        await end_of(handle)

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    (found,) = [line for line in lines if "ServiceUnavailable" in line["message"]]
    expected = {
        "level": "warning",
        "flow": "order",
        "workflow_id": "order-flaky",
        "run_id": handle.first_execution_run_id,
        "correlation_id": "order-flaky",
        "step": "create_shipment",
        "activity": "shipping.create_shipment",
        "attempt": 1,
    }
    assert expected == {name: found.get(name) for name in expected}
    assert "error" not in found


async def test_the_log_holds_no_payload_even_at_its_loudest(
    environment: dict[str, str], client: Client, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> None:
    """At DEBUG, where the SDK writes whole messages, for an order, a refused one, a bad answer, and nonsense."""
    loud = {**environment, "LOG_LEVEL": "debug"}
    async with WorkerProcess(loud, log=tmp_path / "log"):
        await stand_ins.faults.add("authorizePayment", "malformed", match={"order_id": "loud-2"})
        refused = order("loud-1").model_copy(update={"payment_method": f"{EXAMPLE.payment_method}_declined"})
        for placed in (order("loud-0"), refused, order("loud-2")):
            await end_of(await start(client, placed, task_queue))
        nonsense = {"order_id": EXAMPLE.customer.email, "currency": EXAMPLE.payment_method}
        await end_of(await client.start_workflow("order", nonsense, id=task_queue, task_queue=task_queue))
    log = (tmp_path / "log").read_text()

    assert '"level": "debug"' in log
    assert [] == [payload for payload in [*ASKED, *ANSWERED] if payload in log]


def test_where_a_person_is_looking_the_lines_are_readable() -> None:
    """On a terminal: time, level and message, instead of JSON."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}", "WORKER_SERVER_WAIT": "2s"}
    subprocess.run([sys.executable, "worker.py"], cwd=ROOT, env=environment, stderr=theirs, check=False)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)

    assert re.match(r"\d\d:\d\d:\d\d WARNING No Temporal server answers", said)


class Card(BaseModel):
    number: int


def test_a_crash_is_told_with_its_place_and_without_its_values() -> None:
    """The frames of each exception of the chain; of a validation, which field, and not what was in it."""
    (outer, inner) = told(_crash())

    assert ("RuntimeError", "the card cannot be read") == (outer.type, outer.message)
    assert ("ValidationError", "number int_parsing") == (inner.type, inner.message)
    assert outer.frames[-1].endswith("in _read_card")
    assert "4111" not in JsonFormatter().format(_record(_crash()))


def test_a_crash_is_readable_too() -> None:
    """Under the line, indented."""
    first, second, *_ = HumanFormatter().format(_record(_crash())).splitlines()

    assert first.endswith("WARNING it broke")
    assert "    RuntimeError: the card cannot be read" == second


def test_a_deliberate_failure_has_no_traceback() -> None:
    """It is an outcome, and at most a warning."""
    record = _record(ApplicationError("no stock", type="OutOfStock"))

    assert Deliberate(logging.INFO).filter(record)
    assert ("OutOfStock: no stock", "WARNING", None) == (record.msg, record.levelname, record.exc_info)


def _crash() -> Exception:
    with pytest.raises(RuntimeError) as crash:
        _read_card()
    return crash.value


def _read_card() -> None:
    try:
        Card.model_validate({"number": "4111 1111"})
    except ValidationError as error:
        raise RuntimeError("the card cannot be read") from error


def _record(error: Exception) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__)
    return logging.LogRecord("test", logging.WARNING, __file__, 1, "it broke", None, info)
