"""A reader types what the README says, and gets what it promises."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from catalogue import CATALOGUE
from settings import DOWNSTREAMS, Settings
from tests.docs.markdown import ROOT, blocks
from tests.docs.reader import Reader

README = ROOT / "README.md"


@pytest.fixture(scope="module", name="read")
async def _read(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reader]:
    """After the last command."""
    async with Reader(tmp_path_factory.mktemp("readme")) as reader:
        for block in blocks(README, "sh"):
            if "elsewhere" not in block.words:
                await reader.follow(block)
        yield reader


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("start order --input examples/order.json --wait", "order-A-1001"),
        ("starter.py incidents", "large-order"),
        ("status order-A-1004 --watch", "completed"),
        ("trip.start T-1 Rome", "T-1 is booked: room_"),
        ("trip.start T-2 Atlantis", "T-2 is not booked: NoFlight"),
        ("status trip-T-2", "compensated"),
        ("twenty_lines Atlantis", "given back: the room in Atlantis"),
    ],
)
async def test_its_commands_do_what_it_says(command: str, expected: str, read: Reader) -> None:
    """Typed one after another in terminals of one machine, they end well and say what they should."""
    (said,) = [text for typed, text in read.said.items() if command in typed]

    assert expected in said


async def test_the_trip_to_atlantis_left_nothing_behind(read: Reader) -> None:
    """The room and the ticket to Rome stand; the room in Atlantis is given back."""
    async with httpx.AsyncClient(base_url=read.trips_url) as services:
        effects = (await services.get("/_effects")).json()

    assert [
        ("trip-T-1", "bookRoom", "open"),
        ("trip-T-1", "bookSeat", "open"),
        ("trip-T-1", "issueTicket", "open"),
        ("trip-T-2", "bookRoom", "undone"),
    ] == sorted((effect["correlation_id"], effect["operation"], effect["state"]) for effect in effects)


def test_its_table_has_every_flow() -> None:
    """The table of flows names each flow of the catalogue, and no other; each has its page."""
    table = README.read_text().partition("## The flows")[2].partition("\n## ")[0]

    assert {flow.name: f"docs/flows/{flow.name}.md" for flow in CATALOGUE} == dict(
        re.findall(r"^\| \[([^\]]+)\]\(([^)]+)\)", table, re.MULTILINE)
    )


def test_its_table_has_every_setting() -> None:
    """The configuration table names each setting that there is, with its default, and no other."""
    table = README.read_text().partition("## Configuration")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", table, re.MULTILINE)
    shown = {name: default for names, default in rows for name in _expanded(names)}

    settings = {setting.name: setting.value for setting in Settings().shown()}
    assert settings.keys() == shown.keys()
    assert {} == {name: settings[name] for name in shown if not _is_default(shown[name], settings[name])}


def _expanded(names: str) -> list[str]:
    """`…_URL` stands for one of each downstream."""
    found = re.findall(r"`([^`]+)`", names)
    return [
        name.replace("…", service.upper())
        for name in found
        for service in (DOWNSTREAMS if "…" in name else ("",))
    ]


def _is_default(told: str, value: str) -> bool:
    return told.strip("`") in (value, "the stand-ins on port 8090" if ":8090/" in value else value)
