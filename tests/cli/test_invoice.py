"""Invoices as people meet them: several terminals, one inbox each, and a message that only this flow understands."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.client import Client

from runtime.status import flow_view
from tests.cli.commands import CommandLine, refusal
from tests.eventually import eventually
from tests.standins import ROOT, StandIns

AMENDMENT = {"amount": "14800.00", "by": "ada", "reason": "the second page was missing"}


class Desk:
    """Where an invoice is handed in, and people look at what waits for them."""

    def __init__(self, cli: CommandLine, client: Client, folder: Path) -> None:
        self._cli = cli
        self._client = client
        self._folder = folder

    async def hand_in(self, example: str, **changes: object) -> str:
        """The id of the flow, when people are asked."""
        number = f"cli-{uuid.uuid4().hex[:12]}"
        asked = json.loads((ROOT / "examples" / example).read_text())
        asked |= {"invoice_id": number, "invoice_number": number, **changes}
        started = await self._cli.json("start", "invoice", "--input", self.file(asked))
        workflow_id = str(started["id"])
        await self.until(workflow_id, "waiting_for_approval")
        return workflow_id

    def file(self, said: object) -> str:
        path = self._folder / f"{uuid.uuid4().hex}.json"
        path.write_text(json.dumps(said))
        return str(path)

    async def until(self, workflow_id: str, state: str) -> None:
        await eventually(lambda: flow_view(self._client, workflow_id), lambda view: view.status == state)

    async def inboxes(self, workflow_id: str, *expected: str) -> Sequence[str]:
        """In whose inbox it is, of all who might have it; asked again for as long as the index is late."""

        async def look() -> list[str]:
            everyone = ("ada", "grace", "heidi", "judy", "olivia")
            lists = [await self._cli.json("inbox", "--for", who) for who in everyone]
            return [
                who
                for who, owed in zip(everyone, lists, strict=True)
                if workflow_id in [one["id"] for one in owed]
            ]

        return await eventually(look, lambda found: found == list(expected))

    async def summary(self, workflow_id: str, who: str) -> str:
        """What the person reads of it in the inbox."""
        owed: list[Any] = await self._cli.json("inbox", "--for", who)
        (found,) = (one for one in owed if one["id"] == workflow_id)
        return str(found["summary"])


async def test_two_people_approve_from_two_terminals(
    cli: CommandLine, client: Client, tmp_path: Path, stand_ins: StandIns
) -> None:
    """Who asks for it is refused; each has it in the inbox until he has decided; then it is paid."""
    desk = Desk(cli, client, tmp_path)
    flow = await desk.hand_in("invoice-large.json")
    await desk.inboxes(flow, "grace", "heidi")
    third = await cli("approve", flow, "--by", "ada", "--json")
    first = await cli.json("approve", flow, "--by", "grace")
    await desk.inboxes(flow, "heidi")
    again = await cli("approve", flow, "--by", "grace", "--json")
    second = await cli.json("approve", flow, "--by", "heidi")
    await desk.until(flow, "completed")

    assert (2, "NotADecider") == refusal(third)
    assert (2, "AlreadyDecided") == refusal(again)
    assert (1, 0) == (first["missing"], second["missing"])
    await desk.inboxes(flow)
    assert ["postInvoice", "transferPayment", "clearInvoice"] == [
        effect.operation for effect in await stand_ins.open_effects(correlation_id=flow)
    ]


async def test_another_amount_is_asked_for_again(cli: CommandLine, client: Client, tmp_path: Path) -> None:
    """`tell` changes it after the first approval: it is back in both inboxes, with the new amount and why."""
    desk = Desk(cli, client, tmp_path)
    flow = await desk.hand_in("invoice-large.json")
    await desk.inboxes(flow, "grace", "heidi")
    seen = (await cli.json("approve", flow, "--by", "grace"))["digest"]
    await desk.inboxes(flow, "heidi")
    told = await cli.json("tell", flow, "amend", "--input", desk.file(AMENDMENT))
    await desk.inboxes(flow, "grace", "heidi")
    shown = await desk.summary(flow, "grace")
    outdated = await cli("approve", flow, "--by", "heidi", "--digest", seen, "--json")
    await cli.json("approve", flow, "--by", "heidi")
    await desk.inboxes(flow, "grace")
    await cli.json("approve", flow, "--by", "grace")
    await desk.until(flow, "completed")

    assert {"amount": "14800.00", "currency": "EUR", "approvals": 2} == told["answer"]
    assert "14800.00 EUR" in shown
    assert "the second page was missing" in shown
    assert (2, "OutdatedDecision") == refusal(outdated)
    (approval,) = (await cli.json("status", flow))["approvals"]
    assert [("grace", True), ("heidi", False), ("grace", False)] == [
        (decision["by"], decision["lapsed"]) for decision in approval["decisions"]
    ]


async def test_an_invoice_that_is_left_comes_to_the_deputy(
    cli: CommandLine, client: Client, tmp_path: Path
) -> None:
    """It is in the deputy's inbox when the time of the approvers is over, and in theirs still."""
    terms = {
        "deputies_after": "PT1S",
        "heads_after": "PT1H",
        "decide_within": "P1D",
        "around_the_clock": True,
    }
    desk = Desk(cli, client, tmp_path)
    flow = await desk.hand_in("invoice.json", terms=terms)
    await desk.inboxes(flow, "grace", "heidi", "judy")
    await cli.json("approve", flow, "--by", "judy")
    await desk.until(flow, "completed")

    await desk.inboxes(flow)
    (approval,) = (await cli.json("status", flow))["approvals"]
    assert (["deputies"], "judy") == (approval["escalated"], approval["decisions"][0]["by"])


async def test_what_is_told_has_to_be_understood(cli: CommandLine, client: Client, tmp_path: Path) -> None:
    """A message that the flow does not have, a field that is wrong, and what comes too early are refused: exit 2."""
    desk = Desk(cli, client, tmp_path)
    flow = await desk.hand_in("invoice.json")
    wrong = [
        await cli("tell", flow, "frobnicate", "--input", desk.file({}), "--json"),
        await cli("tell", flow, "amend", "--input", desk.file({**AMENDMENT, "amount": "-1"}), "--json"),
        await cli("tell", flow, "amend", "--input", desk.file({**AMENDMENT, "by": "grace"}), "--json"),
        await cli(
            "tell", flow, "stop_payment", "--input", desk.file({"by": "olivia", "reason": "x"}), "--json"
        ),
    ]
    await cli.json("withdraw", flow, "--by", "ada", "--comment", "a mistake")
    await desk.until(flow, "failed")

    assert [2, 2, 2, 2] == [answer.status for answer in wrong]
    assert ["InvalidInput", "NotTheRequester", "NoPaymentScheduled"] == [
        answer.json["error"]["type"] for answer in wrong[1:]
    ]
    assert "frobnicate" in wrong[0].json["error"]["message"]
    assert "amount: should be greater than 0" in wrong[1].json["error"]["message"]
