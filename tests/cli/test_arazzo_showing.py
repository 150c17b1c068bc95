"""`arazzo draw` and `arazzo explain`."""

from pathlib import Path

from defusedxml.ElementTree import fromstring

from tests.cli.commands import CommandLine

SAGA = "examples/arazzo/place-order-saga.arazzo.yaml"
MANY = "examples/arazzo/subscription.arazzo.yaml"


async def test_a_picture_is_written_or_shown(nowhere: CommandLine, tmp_path: Path) -> None:
    """SVG goes to standard output, or into a file that is named."""
    file = tmp_path / "order.svg"

    shown = await nowhere("arazzo", "draw", SAGA)
    written = await nowhere("arazzo", "draw", SAGA, "--output", str(file))

    assert (0, 0, shown.out) == (shown.status, written.status, file.read_text())
    assert fromstring(shown.out).get("viewBox")
    assert "order.svg shows Place an order" in " ".join(written.out.split())


async def test_a_chart_is_for_pages(nowhere: CommandLine) -> None:
    """Mermaid, of one workflow and what it leads to."""
    whole = await nowhere("arazzo", "draw", MANY, "--format", "mermaid")
    part = await nowhere("arazzo", "draw", MANY, "--format", "mermaid", "--workflow", "takeMoney", "--json")

    assert whole.out.startswith("flowchart TB\n")
    assert ["takeMoney"] == [
        line.partition('"')[2].partition('"')[0]
        for line in part.json["picture"].splitlines()
        if "subgraph" in line
    ]


async def test_a_document_is_told_in_sentences(nowhere: CommandLine) -> None:
    """What happens, step by step, and what is undone; the same for machines."""
    shown = await nowhere("arazzo", "explain", SAGA)
    told = await nowhere("arazzo", "explain", SAGA, "--json")

    said = " ".join(shown.out.split())
    assert "2 authorizePayment — Have the bank set the amount aside" in said
    assert "It is taken back by POST /payments/authorizations/void of shop (voidPayment)." in said
    assert "createShipment by cancelShipment, then authorizePayment by voidPayment, then reserveStock" in said
    assert max(map(len, shown.out.splitlines())) <= 80
    (workflow,) = told.json["workflows"]
    assert ["reserveStock", "authorizePayment", "createShipment", "capturePayment", "confirmOrder"] == [
        step["title"].partition(" ")[0] for step in workflow["steps"]
    ]


async def test_what_cannot_be_shown_is_refused_with_the_reasons(nowhere: CommandLine, tmp_path: Path) -> None:
    """A document with errors in it, a workflow that is not there, and a place that cannot be written to."""
    broken = tmp_path / "broken.arazzo.yaml"
    broken.write_text("arazzo: 1.1.0\ninfo: {}\n")

    wrong = await nowhere("arazzo", "explain", str(broken))
    unknown = await nowhere("arazzo", "draw", SAGA, "--workflow", "nothing")
    nowhere_to = await nowhere("arazzo", "draw", SAGA, "--output", str(tmp_path / "absent" / "x.svg"))

    assert [2, 2, 2] == [wrong.status, unknown.status, nowhere_to.status]
    assert f"{broken}:2: error: /info: " in wrong.err
    assert "there is no workflow nothing; expected one of placeOrder" in unknown.err
    assert "cannot be written" in nowhere_to.err
