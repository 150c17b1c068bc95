"""An operator types what the operating guide says, and the ledger is clean in the end."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import BaseModel, Field

from models.order import Order
from tests.docs.markdown import ROOT, blocks
from tests.docs.reader import Reader
from workflows.order import stock_request

GUIDE = ROOT / "docs" / "operating.md"
METRICS = [
    ROOT / "saga" / "metrics.py",
    ROOT / "runtime" / "step_telemetry.py",
    ROOT / "activities" / "departures.py",
]
LOST = "order-A-1004-lost"


class Owed(BaseModel):
    """A line of `examples.operating.left_behind`."""

    key: str = Field(alias="Idempotency-Key")
    compensates: str = Field(alias="X-Compensates")


@pytest.fixture(scope="module", name="operated")
async def _operated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reader]:
    """After the last command."""
    async with Reader(tmp_path_factory.mktemp("operating")) as reader:
        for block in blocks(GUIDE, "sh"):
            if "elsewhere" not in block.words:
                await reader.follow(block)
        yield reader


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("starter.py list --status", "order-A-1004"),
        ("workflow list --query", "order-A-1004"),
        ("starter.py incidents", "approve order-A-1004 large-order"),
        ("status order-A-1004 --watch", "by grace (self-declared)"),
        ("status order-A-1001 --watch", "retry by ops"),
        ("start registration --input examples/registration.json --answer", "account_id"),
        ("status registration-R-1001 --watch", "retry by ops"),
        ("schedule list", "overviews"),
        ("schedule resume overviews", "overviews is resumed"),
        ("status order-A-1004-twice --watch", "cancelled"),
        ("status order-A-2001 --watch", "completed"),
        ("operating.replay", "replayed: 1, not to be gone on with: 0"),
        ("workflow count --query", "1"),
        (f"status {LOST}", "terminated"),
        (f"left_behind {LOST}", "inventory.release_stock"),
    ],
)
async def test_its_commands_do_what_it_says(command: str, expected: str, operated: Reader) -> None:
    """Typed one after another, they end as the guide says."""
    (said,) = [
        text for typed, text in operated.said.items() if typed.endswith(command) or f"{command} " in typed
    ]

    assert expected in said


async def test_a_terminated_run_can_be_cleaned_up(operated: Reader) -> None:
    """With what is printed of its history, one call undoes what it left behind."""
    (line,) = operated.said[f"python -m examples.operating.left_behind {LOST}"].splitlines()
    keys = Owed.model_validate_json(line)
    order = Order.model_validate_json((ROOT / "examples" / "order-large.json").read_text())
    async with httpx.AsyncClient(base_url=operated.services_url) as services:
        answer = await services.post(
            "/inventory/reservations/release",
            json=json.loads(stock_request(order).model_dump_json()),
            headers={"Idempotency-Key": keys.key, "X-Compensates": keys.compensates},
        )
        effects = (await services.get("/_effects", params={"correlation_id": LOST})).json()

    assert answer.json()["status"] == "released"
    assert ["undone"] == [effect["state"] for effect in effects]


def test_its_metrics_exist() -> None:
    """Each metric of ours that it names is one that is recorded."""
    recorded = "".join(path.read_text() for path in METRICS)

    assert [] == [
        name for name in re.findall(r"`(saga_\w+)`", GUIDE.read_text()) if f'"{name}"' not in recorded
    ]
