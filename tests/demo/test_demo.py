"""One whole demo, and demos that are ended in the middle."""

import asyncio
import json
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from catalogue import CATALOGUE
from demo.repertoire import CHAPTERS
from tests.demo.playing import Playing, playing

ENDS = {
    "order": ["completed", "compensated", "compensated", "completed", "completed", "completed"],
    "registration": ["completed", "failed", "completed", "completed"],
    "content-publishing": ["completed", "completed", "completed"],
    "customer-overview": ["completed", "completed"],
    "subscription": ["completed", "completed", "completed", "compensated", "compensated", "completed"],
    "dispatch": ["completed", "completed", "completed", "compensated"],
    "access": [
        *("completed", "completed", "cancelled", "completed"),
        *("completed", "compensated", "completed"),
    ],
    "ticket-feed": ["completed"],
    "ticket-sync": ["completed", "completed", "completed"],
    "incident-response": ["completed", "completed", "completed", "completed"],
    "invoice": ["completed", "completed", "completed", "completed", "compensated", "completed"],
    "server-automation": ["completed", "compensated", "compensated", "failed", "completed"],
    "arazzo:place-order/placeOrder": ["completed"],
    "arazzo:place-order-saga/placeOrder": ["completed", "compensated", "completed", "completed"],
    "arazzo:subscription/subscribe": ["completed"],
    "arazzo:approval/orderOnPrepayment": ["completed"],
}
EFFECTS = {"made": 144, "undone": 26, "open": 118, "unowned": 0}
TRIES = 6
QUICK = timedelta(seconds=5)

ENDINGS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
if sys.platform == "linux":  # only there can a process ask to be killed with its parent
    ENDINGS.append((signal.SIGKILL, -signal.SIGKILL))


class Whole(NamedTuple):
    """What is left of a demo that has been played to its end."""

    status: int | None
    verdict: dict[str, Any]
    told: str
    alive: list[psutil.Process]


@pytest.fixture(scope="module")
def whole_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module", autouse=True)
async def whole(whole_folder: Path) -> AsyncGenerator[asyncio.Task[Whole]]:
    """A whole demo of all flows, which is played while the other tests run, since it waits a lot."""
    task = asyncio.create_task(_play(whole_folder))
    yield task
    task.cancel()
    await asyncio.wait({task})


async def _play(folder: Path) -> Whole:
    async with playing(folder, "--all", "--json") as demo:
        await demo.until_up()
        out, told = await demo.process.communicate()
        return Whole(demo.process.returncode, json.loads(out), told.decode(), await demo.until_gone())


@pytest.mark.parametrize(("number", "status"), ENDINGS)
async def test_no_process_is_left(tmp_path: Path, number: signal.Signals, status: int) -> None:
    """However a demo is ended in the middle, its processes end with it."""
    async with playing(tmp_path, "--exit") as demo:
        await demo.until_up()
        demo.process.send_signal(number)
        alive = await demo.until_gone()

    assert (status, []) == (demo.process.returncode, alive)


async def test_a_process_that_does_not_start_ends_the_demo(tmp_path: Path) -> None:
    """Where one of its processes cannot start, the demo says why in a line, and ends the others."""
    (tmp_path / "stand-ins.db").mkdir()

    async with playing(tmp_path, "--exit") as demo:
        _, told = await demo.process.communicate()

    assert 1 == demo.process.returncode
    assert "Could not start the stand-ins: " in told.decode()
    assert "Traceback" not in told.decode()


async def test_two_demos_cannot_have_one_folder(tmp_path: Path) -> None:
    """A second demo in the folder of one that runs is refused, and the first goes on."""
    async with playing(tmp_path, "--exit") as first:
        await _up_in(first)
        async with playing(tmp_path, "--exit") as rival:
            _, told = await rival.process.communicate()
        still_there = first.process.returncode is None

    assert (2, True) == (rival.process.returncode, "running already" in told.decode())
    assert still_there


async def test_a_second_start_is_quick(whole: asyncio.Task[Whole], whole_folder: Path) -> None:
    """Server, stand-ins and worker are up in less than five seconds in a folder that was used before."""
    await asyncio.wait({whole})

    took: list[timedelta] = []
    while len(took) < TRIES and min(took, default=QUICK) >= QUICK:  # the quickest, as the machine may be busy
        async with playing(whole_folder, "--exit") as demo:
            took.append(await _up_in(demo))

    assert min(took) < QUICK


async def _up_in(demo: Playing) -> timedelta:
    """As the demo says itself."""
    assert demo.process.stdout
    async for line in demo.process.stdout:
        if found := re.search(r"up in ([\d.]+) s", line.decode()):
            return timedelta(seconds=float(found[1]))
    raise AssertionError("it was never up")


async def test_a_person_decides_at_the_prompt(tmp_path: Path) -> None:
    """With a terminal a person is asked; a no is a story that ends as told, too, and Ctrl-C ends the demo."""
    ours, terminal = pty.openpty()
    async with playing(tmp_path, terminal=terminal) as demo:
        os.close(terminal)
        await _shown(ours, "Approve? [Y/n]")
        os.write(ours, b"n\n")
        told = await _shown(ours, "5  A payment")
        await demo.until_up()
        demo.process.send_signal(signal.SIGINT)
        alive = await demo.until_gone()
    os.close(ours)

    assert "Rejected by" in told
    assert "not as told" not in told
    assert (130, []) == (demo.process.returncode, alive)


async def _shown(terminal: int, wanted: str) -> str:
    """What the terminal has shown when it shows what is wanted, without its colours."""
    shown = ""
    async with asyncio.timeout(60):
        while wanted not in shown:
            more = (await asyncio.to_thread(os.read, terminal, 4096)).decode(errors="replace")
            shown += re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", more)
    return shown


async def test_every_story_ends_as_told(whole: asyncio.Task[Whole]) -> None:
    """Without a terminal the stories of all flows are told, the ledger is clean, the status is 0 and no process is left."""
    demo = await whole

    assert (0, True, []) == (demo.status, demo.verdict["as_told"], demo.alive)
    assert ENDS == {
        flow: [story["status"] for story in demo.verdict["stories"] if story["flow"] == flow] for flow in ENDS
    }
    assert sum(map(len, ENDS.values())) == len(demo.verdict["stories"])
    assert EFFECTS == demo.verdict["effects"]
    assert all(story["url"] in demo.told for story in demo.verdict["stories"])


def test_every_flow_has_its_stories() -> None:
    """Whatever is in the catalogue can be played, and documents, and nothing else."""
    assert {*CATALOGUE.names, "arazzo"} == {chapter.flow for chapter in CHAPTERS}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "There is no flow 'nope'. Known: order, "),
        (["order", "--all"], "not allowed with argument"),
    ],
)
async def test_what_cannot_be_played_is_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Nothing is started for a flow that is not there, nor for one flow and all of them."""
    async with playing(tmp_path, *arguments) as demo:
        _, told = await demo.process.communicate()

    assert (2, True) == (demo.process.returncode, said in told.decode())
