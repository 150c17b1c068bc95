"""`start --answer`: the early answer, under the same id rules as any start."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from runtime.status import flow_view
from services.backstage.faults import FaultKind
from tests.cli.commands import Answer, CommandLine, refusal
from tests.cli.orders import order_file
from tests.eventually import eventually
from tests.standins import StandIns


class Newcomer:
    """Somebody who registers, in a file."""

    def __init__(self, folder: Path, **changes: object) -> None:
        self.name = f"cli-{uuid.uuid4().hex[:12]}"
        self.id = f"registration-{self.name}"
        fields = {"registration_id": self.name, "name": "Ada", "email": f"{self.name}@example.com"}
        self.file = folder / f"{uuid.uuid4()}.json"
        self.file.write_text(json.dumps(fields | changes))

    def renamed(self, name: str) -> "Newcomer":
        """The same registration with another input."""
        self.file.write_text(json.dumps(json.loads(self.file.read_text()) | {"name": name}))
        return self


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


async def ask(cli: CommandLine, newcomer: Newcomer, *options: str) -> Answer:
    return await cli("start", "registration", "--input", str(newcomer.file), "--answer", *options)


async def hold(stand_ins: StandIns, operation: str, newcomer: Newcomer) -> None:
    match = {"correlation_id": newcomer.id}
    await stand_ins.faults.add(operation, FaultKind.HOLD_BEFORE_EFFECT, match=match)


async def let_go(stand_ins: StandIns, operation: str, newcomer: Newcomer) -> None:
    call = (await stand_ins.wait_for_calls(operation, correlation_id=newcomer.id))[0]
    await stand_ins.release(call=call)


async def ended(client: Client, newcomer: Newcomer) -> str:
    view = await eventually(lambda: flow_view(client, newcomer.id), lambda view: view.ended)
    return view.status


async def test_the_answer_does_not_wait_for_the_rest(
    cli: CommandLine, client: Client, stand_ins: StandIns, newcomer: Newcomer
) -> None:
    """The answer is there while the welcome mail is still under way; who asks again joins, and gets the same."""
    await hold(stand_ins, "sendNotification", newcomer)

    first = (await ask(cli, newcomer, "--json")).json
    second = (await ask(cli, newcomer, "--json")).json
    shown = await ask(cli, newcomer)
    await let_go(stand_ins, "sendNotification", newcomer)

    assert ("running", None, None) == (first["status"], first["result"], first["error"])
    assert newcomer.name == first["answer"]["registration_id"]
    assert first == second
    assert "" == shown.err
    assert f"account_id       {first['answer']['account_id']}" in shown.out
    assert "is already running with the same input, joined" in shown.out
    assert "completed" == await ended(client, newcomer)


async def test_the_id_rules_hold_for_an_answer(
    cli: CommandLine, client: Client, stand_ins: StandIns, newcomer: Newcomer
) -> None:
    """The answer of a run goes to nobody with another input; a completed id is refused, with the same input too."""
    await hold(stand_ins, "sendNotification", newcomer)
    await ask(cli, newcomer)

    other = await ask(cli, newcomer.renamed("Eve"), "--json")
    await let_go(stand_ins, "sendNotification", newcomer)
    await ended(client, newcomer)
    completed = await ask(cli, newcomer.renamed("Ada"), "--json")

    assert (2, "InputDiffers") == refusal(other)
    assert other.json["answer"] is None
    assert (2, "AlreadyDone") == refusal(completed)


async def test_a_flow_that_fails_before_it_answers(
    cli: CommandLine, stand_ins: StandIns, newcomer: Newcomer
) -> None:
    """Its failure is told at once, with exit status 1; with `--again` there is a new run, and its answer."""
    problem: dict[str, str | int] = {"status": 409, "type": "email-taken"}
    match = {"correlation_id": newcomer.id}
    await stand_ins.faults.add("createAccount", FaultKind.REFUSE, match=match, problem=problem, times=2)

    first = await ask(cli, newcomer, "--json")
    refused = await ask(cli, newcomer, "--json")
    shown = await ask(cli, newcomer, "--again")
    last = await ask(cli, newcomer, "--again", "--json")

    assert (1, "EmailTaken") == refusal(first)
    assert (None, []) == (first.json["answer"], first.json["error"]["undone"])
    assert (2, "RunAgain") == refusal(refused)
    assert (1, True) == (shown.status, "EmailTaken" in shown.out)
    assert (0, newcomer.name) == (last.status, last.json["answer"]["registration_id"])
    assert first.json["run_id"] != last.json["run_id"]


async def test_an_answer_that_is_late(cli: CommandLine, stand_ins: StandIns, newcomer: Newcomer) -> None:
    """When the time is over it is said that the flow goes on, and to ask again brings the answer; nothing has failed."""
    await hold(stand_ins, "createAccount", newcomer)

    late = await ask(cli, newcomer, "--within", "1s", "--json")
    joined = await ask(cli, newcomer, "--within", "1s")
    await let_go(stand_ins, "createAccount", newcomer)
    await hold(stand_ins, "sendNotification", newcomer)
    again = await ask(cli, newcomer, "--json")
    await let_go(stand_ins, "sendNotification", newcomer)

    assert (0, "running", None) == (late.status, late.json["status"], late.json["answer"])
    assert (0, True) == (joined.status, "joined" in joined.out)
    assert [f"{newcomer.id} has not answered within 1 s and goes on"] == [
        line.partition(";")[0] for line in late.err.splitlines()
    ]
    assert f"start registration --input {newcomer.file} --answer" in joined.out
    assert late.json["run_id"] == again.json["run_id"]
    assert again.json["answer"]["account_id"]


async def test_no_worker_gives_no_answer(unserved: CommandLine, client: Client, newcomer: Newcomer) -> None:
    """Without a worker the flow is started all the same, once, and it is said how to start a worker."""
    first = await ask(unserved, newcomer, "--within", "1s", "--json")
    second = await ask(unserved, newcomer, "--within", "1s", "--json", "--id", newcomer.id)

    run_id = (await client.get_workflow_handle(newcomer.id).describe()).run_id
    assert (0, None, run_id) == (first.status, first.json["answer"], first.json["run_id"])
    assert "start one with `python worker.py`" in first.err
    assert first.json == second.json


async def test_a_terminated_flow_is_not_asked_again(
    unserved: CommandLine, client: Client, newcomer: Newcomer
) -> None:
    """What a terminated run has done is not undone: its id is refused, as for any start."""
    await ask(unserved, newcomer, "--within", "1s")
    await client.get_workflow_handle(newcomer.id).terminate()

    assert (2, "LeftHalfDone") == refusal(await ask(unserved, newcomer, "--again", "--json"))


async def test_a_flow_without_an_early_answer(unserved: CommandLine, tmp_path: Path) -> None:
    """It is refused by name, and nothing is started."""
    file = order_file(tmp_path)

    answer = await unserved("start", "order", "--input", str(file), "--answer", "--json")
    listed: list[dict[str, Any]] = await unserved.json("list", "--flow", "order")

    assert (2, "NoEarlyAnswer") == refusal(answer)
    assert "'order' has no early answer" in answer.err
    assert not [row for row in listed if row["id"] == f"order-{json.loads(file.read_text())['order_id']}"]


async def test_a_bound_belongs_to_an_answer(nowhere: CommandLine, tmp_path: Path) -> None:
    """`--within` without `--answer` is refused before anything else."""
    answer = await nowhere("start", "order", "--input", str(order_file(tmp_path)), "--within", "5s", "--json")

    assert (2, "InvalidInput") == refusal(answer)
    assert ["--within"] == [problem["field"] for problem in answer.json["error"]["fields"]]
