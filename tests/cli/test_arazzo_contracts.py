"""A description that the services have grown beyond: its documents run on, and it is seen where that is."""

import json
from pathlib import Path
from typing import Any

from tests.cli.commands import CommandLine
from tests.cli.test_arazzo_run import ORDER, allowed, order

__all__ = ["allowed"]
SHOP = Path("examples/arazzo/shop.openapi.json")


def outdated(folder: Path) -> str:
    """The document beside a description that knows less of reservations, and wants an order's number to be short."""
    shop: dict[str, Any] = json.loads(SHOP.read_text())
    schemas = shop["components"]["schemas"]
    schemas["Reservation"]["properties"]["status"]["enum"] = ["held"]
    schemas["Reservation"]["properties"].pop("order_id")
    schemas["Reservation"]["required"] = ["id", "shelf"]
    schemas["ReservationRequest"]["properties"]["order_id"]["maxLength"] = 40
    (folder / SHOP.name).write_text(json.dumps(shop))
    (folder / Path(ORDER).name).write_text(Path(ORDER).read_text())
    return str(folder / Path(ORDER).name)


async def test_an_api_that_has_changed_is_seen_in_the_status(
    cli: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """The order completes; its first step has notes on what is new, and on what is missing."""
    run = ("arazzo", "run", outdated(tmp_path), "--input", order(tmp_path), "--wait", "--json")
    told = (await cli(*run, **allowed)).json

    assert "completed" == told["status"]
    steps = {step["name"]: step["result"] for step in (await cli.json("status", told["id"]))["steps"]}
    assert [
        "broken: 201 the body: shelf is missing",
        'grown: 201 status: expected enum ["held"]',
        "grown: 201 order_id: the field is not described",
    ] == steps["reserveStock"]["notes"]
    assert "notes" not in steps["createShipment"]


async def test_a_request_that_does_not_fit_is_told_by_its_place(
    cli: CommandLine, allowed: dict[str, str], tmp_path: Path
) -> None:
    """It was not sent; what was given is not said."""
    given = order(tmp_path, orderId="long-" * 10)
    run = ("arazzo", "run", outdated(tmp_path), "--input", given, "--wait", "--json")
    told = (await cli(*run, **allowed)).json

    said = "reserveStock: reserveInventory does not take it: the body, order_id: expected maxLength 40"
    assert {"type": "RequestInvalid", "message": said, "undone": []} == told["error"]
