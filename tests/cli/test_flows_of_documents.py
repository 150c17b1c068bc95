"""`flows`: what the catalogue tells of documents, and which flows call an API."""

import json
from pathlib import Path
from typing import Any

from tests.arazzo.documents import Fields, document, step, workflow
from tests.cli.commands import CommandLine
from tests.cli.test_arazzo_check import put

SAGA = "arazzo:place-order-saga/placeOrder"
ESCAPE = "\x1b[31m"


async def callers(cli: CommandLine, wanted: str, **variables: str) -> set[tuple[str, str | None]]:
    """Of which flows, and of which steps in documents."""
    return {(one["flow"], one["step"]) for one in await cli.json("flows", "--calls", wanted, **variables)}


def as_shown(text: str) -> str:
    """On one line, since people see it folded."""
    return " ".join(text.split())


async def test_a_document_shows_its_plan(nowhere: CommandLine) -> None:
    """Steps in their order with what they call, what is handed from step to step, what is undone, its file and its hash."""
    told: dict[str, Any] = await nowhere.json("flows", SAGA)
    shown = as_shown((await nowhere("flows", SAGA)).out)

    (blueprint,) = told["blueprint"]
    assert ["reserveStock", "authorizePayment", "createShipment"] == blueprint["undone"][::-1]
    assert {("reserveStock", "createShipment", "/parameters/0/value")} <= {
        (read["source"], read["reader"], read["at"]) for made in blueprint["steps"] for read in made["reads"]
    }
    assert "1 reserveStock POST /inventory/reservations of shop (reserveInventory)" in shown
    assert "authorizePayment paymentId capturePayment and its outputs" in shown
    assert "undone by POST /payments/authorizations/void of shop (voidPayment)" in shown
    assert shown.index("3 createShipment") < shown.index("the point of no return") < shown.index("4 capture")
    assert f"document {told['document']} plan {told['plan_sha256']}" in shown
    assert "calls shop (The shop): reserveInventory, releaseInventory" in shown


async def test_decisions_and_what_runs_side_by_side_are_shown(nowhere: CommandLine) -> None:
    """Also of the workflows that a document's workflow leads to."""
    told: dict[str, Any] = await nowhere.json("flows", "arazzo:subscription/subscribe")
    shown = as_shown((await nowhere("flows", "arazzo:subscription/subscribe")).out)

    assert ["subscribe", "chargeAndProvision", "takeMoney"] == [
        one["workflow"].partition("/")[2] for one in told["blueprint"]
    ]
    assert "at the same time as provision" in shown
    assert "start arazzo:subscription/subscribe --input examples/arazzo/subscription.json" in shown
    inner = as_shown((await nowhere("flows", "arazzo:subscription/takeMoney")).out)
    assert "start arazzo:subscription/takeMoney --input FILE" in inner
    assert "on failure, certainly not by the first: the status is 402 or" in shown


async def test_the_flows_that_call_an_operation_are_found(nowhere: CommandLine) -> None:
    """By its id or by method and path, in documents; by the activity's name in documents and in code."""
    by_id = await callers(nowhere, "authorizePayment")
    by_path = await callers(nowhere, "post /payments/authorizations")
    by_activity = await callers(nowhere, "payments.authorize_payment")

    saga = (SAGA, "authorizePayment")
    assert by_id == by_path == {saga, ("arazzo:place-order/placeOrder", "authorizePayment")}
    assert by_activity == {("order", None), ("arazzo:order-with-code/placeOrder", "authorizePayment")}


async def test_the_flows_that_call_an_api_are_found(nowhere: CommandLine) -> None:
    """By the name of its source description or its title; a service of flows in code by the beginning of its activities."""
    by_name, by_title = await callers(nowhere, "subscriptions"), await callers(nowhere, "Subscriptions")
    in_code = {flow for flow, step in await callers(nowhere, "shipping") if step is None}
    shown = as_shown((await nowhere("flows", "--calls", "subscriptions")).out)

    assert by_name == by_title
    assert ("arazzo:subscription/subscribe", "charge") in by_name
    assert {"order"} == in_code
    assert "undo of charge refundCharge (POST /payments/charges/refund)" in shown


async def test_modules_that_a_flow_is_made_of_are_read_too(nowhere: CommandLine) -> None:
    """The incident response asks monitoring in a module beside its own."""
    assert {("incident-response", None)} == await callers(nowhere, "monitoring.get_alert")


async def test_where_no_flow_calls_it_people_see_what_is_called(nowhere: CommandLine) -> None:
    """No flow is an answer as well, and a wrong name is seen as one."""
    shown = await nowhere("flows", "--calls", "shoop")

    assert (0, []) == (shown.status, await nowhere.json("flows", "--calls", "shoop"))
    assert "no flow calls shoop; called are:" in shown.out
    assert " shop," in shown.out


async def test_what_a_document_says_is_no_command_to_the_terminal(
    nowhere: CommandLine, tmp_path: Path
) -> None:
    """Names, summaries, prompts and titles of strangers are shown without control characters, and markup as it stands."""
    asking: Fields = {"stepId": "ask", "x-interaction": {"prompt": f"[bold]{ESCAPE}Really?"}}
    inputs = {
        "type": "object",
        "properties": {f"in{ESCAPE}": {"type": "string", "description": f"{ESCAPE}!"}},
    }
    calling = step("call", outputs={"a": f"{ESCAPE}$statusCode"})
    stranger = workflow(summary=f"[red]{ESCAPE}Sums", inputs=inputs, steps=[asking, calling])
    stranger |= {"x-owner": f"owner{ESCAPE}"}
    put(tmp_path, json.dumps(document(stranger, info={"title": f"{ESCAPE}T", "version": f"1{ESCAPE}"})))
    folder = {"ARAZZO_FOLDER": str(tmp_path)}

    shown = [
        await nowhere("flows", **folder),
        await nowhere("flows", "arazzo:flow/main", **folder),
        await nowhere("flows", "--calls", "api", **folder),
    ]

    assert [0, 0, 0] == [one.status for one in shown]
    assert [] == [one for one in shown if "\x1b" in one.out + one.err]
    assert "[red] [31mSums" in shown[0].out
    assert "[bold] [31mReally?" in shown[1].out


async def test_a_name_that_is_taken_is_left_out_and_said(nowhere: CommandLine, tmp_path: Path) -> None:
    """Two documents of one name in a folder: the first is in the catalogue, and the other one is not hidden."""
    (tmp_path / "inner").mkdir()
    put(tmp_path, document())
    put(tmp_path / "inner", document())

    answer = await nowhere("flows", "arazzo:flow/main", ARAZZO_FOLDER=str(tmp_path))

    assert 0 == answer.status
    assert f"left out: arazzo:flow/main of {tmp_path / 'inner' / 'flow.arazzo.yaml'}" in answer.err
