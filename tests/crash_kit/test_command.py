"""`python -m crash_kit` for a flow of somebody's own, as its page shows it."""

import asyncio
import json
import shlex
import sys
from typing import Any, NamedTuple

import pytest

from runtime.leash import die_with_parent
from tests.worker_process import ROOT

BOUND = 120.0
FORGETFUL = (
    *("forgetful-trip", "--input", "examples/trip/trip.json"),
    *("--catalogue", "tests.crash_kit.mistakes:CATALOGUE", "--task-queue", "trips"),
    *("--worker", f"{sys.executable} -m tests.crash_kit.mistaken_worker", "--ready", "ready"),
)


class Ended(NamedTuple):
    status: int | None
    said: str
    told: str


async def crash_kit(*arguments: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *die_with_parent([sys.executable, "-m", "crash_kit", *arguments]),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(BOUND):
        said, told = await process.communicate()
    return Ended(process.returncode, said.decode(), told.decode())


async def test_a_broken_promise_can_be_seen_again(trip_services: str) -> None:
    """The status is 1; the report names the case, and the command that it gives plays just this one."""
    ended = await crash_kit(*FORGETFUL, "--stand-ins", trip_services, "--only", "cancel_before", "--json")
    report: dict[str, Any] = json.loads(ended.said)
    (found,) = [found for found in report["broken"] if found["case"] == "cancel_after:bookSeat"]
    _, _, _, *arguments = shlex.split(found["repeat"])
    again = await crash_kit(*arguments)

    assert (1, False) == (ended.status, report["good"])
    assert report["cases"]["cancel_before"] == report["played"]["cancel_before"]
    assert 1 == again.status
    assert "the effect of bookSeat is open" in again.said
    assert "forgetful-trip cancel_after:bookSeat: " in again.told


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("ordre", "--input", "examples/order.json"), "There is no flow 'ordre'"),
        (("order", "--input", "examples/trip/trip.json"), "order_id"),
        (("order", "--input", "nowhere.json"), "nowhere.json cannot be read"),
        (("order", "--input", "examples/order.json", "--catalogue", "nowhere:FLOWS"), "--catalogue nowhere"),
        (("order", "--input", "examples/order.json", "--catalogue", "settings:ENV_FILE"), "no Catalogue"),
    ],
)
async def test_what_cannot_be_rehearsed(arguments: tuple[str, ...], expected: str) -> None:
    """The status is 2, and one line says what is wrong."""
    ended = await crash_kit(*arguments)

    assert (2, "", 1) == (ended.status, ended.said, len(ended.told.splitlines()))
    assert expected in ended.told
