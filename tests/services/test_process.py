"""The process: how it starts, how it stops, and what a kill cannot take from it."""

import asyncio
import json
import re
import sqlite3
import sys
from itertools import count
from pathlib import Path

import httpx
import pytest

from services.backstage.calls import CallState
from tests.eventually import eventually
from tests.services.caller import RESERVATION, Input, new_key, send
from tests.services.command import run
from tests.standins import ROOT, StandIns

RESERVE = Input(RESERVATION)


async def test_one_line_when_ready(tmp_path: Path) -> None:
    """It writes one line, when it is ready, and nothing else; told to stop it ends with 0."""
    pipe = asyncio.subprocess.PIPE
    command = ["-m", "services", "--port", "0", "--db", str(tmp_path / "new" / "stand-ins.db")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=pipe, stderr=pipe
    )
    assert process.stdout
    ready = (await process.stdout.readline()).decode()
    async with httpx.AsyncClient(base_url=ready.split()[-1]) as client:
        assert (await client.get("/_health")).status_code == 200
        assert (await client.get("/nowhere")).status_code == 404
        process.terminate()
        rest, errors = await process.communicate()

    assert re.fullmatch(r"stand-ins listening on http://127\.0\.0\.1:\d+\n", ready)
    assert (0, b"", b"") == (process.returncode, rest, errors)


async def test_a_taken_address_is_told(own_stand_ins: StandIns, tmp_path: Path) -> None:
    """Where it cannot listen it says so in one line and ends with 1."""
    port = own_stand_ins.url.rpartition(":")[2]

    status, output, errors = await run("--port", port, "--db", str(tmp_path / "other.db"))

    assert (status, output) == (1, "")
    assert re.fullmatch(r"the stand-ins cannot start: .*Address already in use.*\n", errors)


async def test_a_taken_file_is_told(own_stand_ins: StandIns, tmp_path: Path) -> None:
    """Two processes cannot share a file, since each would know only its own keys in progress."""
    await send(own_stand_ins, "reserveInventory", RESERVE)

    status, output, errors = await run("--port", "0", "--db", str(tmp_path / "stand-ins.db"))

    assert (status, output) == (1, "")
    assert re.fullmatch(r"the stand-ins cannot start: .*database is locked\n", errors)


async def test_a_useless_file_is_told(tmp_path: Path) -> None:
    """A file that is no database is left as it is, and named in one line."""
    (tmp_path / "poem.txt").write_text("Shall I compare thee to a summer's day? Thou art more lovely.\n" * 20)

    status, output, errors = await run("--port", "0", "--db", str(tmp_path / "poem.txt"))

    assert (status, output) == (1, "")
    assert re.fullmatch(r"the stand-ins cannot start: .*poem\.txt: file is not a database\n", errors)


async def test_stopping_drops_what_is_held(own_stand_ins: StandIns) -> None:
    """SIGTERM is obeyed while requests are held and waited for: those are dropped, these answered."""
    await own_stand_ins.faults.add("reserveInventory", "hold_before_effect")
    await own_stand_ins.faults.add("releaseInventory", "effect_then_timeout")
    held = asyncio.create_task(send(own_stand_ins, "reserveInventory", RESERVE))
    unanswered = asyncio.create_task(send(own_stand_ins, "releaseInventory", RESERVE, compensates="k"))
    await own_stand_ins.wait_for_held("reserveInventory")
    await own_stand_ins.wait_for_held("releaseInventory", CallState.HELD_AFTER_EFFECT)
    waiting = asyncio.create_task(own_stand_ins.http.get("/_calls", params={"wait": 60, "status": 418}))
    await polled(own_stand_ins)

    async with asyncio.timeout(5):
        assert await own_stand_ins.stop() == 0

    with pytest.raises(httpx.RemoteProtocolError):
        await held
    with pytest.raises(httpx.RemoteProtocolError):
        await unanswered
    assert (await waiting).json() == []


async def polled(stand_ins: StandIns) -> None:
    """Returns when a long poll has arrived: one that SIGTERM overtakes finds nobody there."""

    async def waiting() -> int:
        return int((await stand_ins.http.get("/_health")).json()["waiting"])

    await eventually(waiting, lambda count: count == 1)


async def refused_connection(port: int) -> None:
    """Returns when nobody listens at the port any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            return
        writer.close()


async def test_what_arrives_while_it_stops_is_not_held(own_stand_ins: StandIns) -> None:
    """A request whose body comes only after SIGTERM is dropped like those that are held, and delays nothing."""
    await own_stand_ins.faults.add("reserveInventory", "hold_before_effect")
    port = int(own_stand_ins.url.rpartition(":")[2])
    body = json.dumps(RESERVATION).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "POST /inventory/reservations HTTP/1.1\r\nHost: h\r\nIdempotency-Key: k\r\nContent-Type: application/json"
    writer.write(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    await own_stand_ins.wait_for_calls("reserveInventory", state=CallState.RUNNING)

    stopping = asyncio.create_task(own_stand_ins.stop())
    await refused_connection(port)
    writer.write(body)

    assert await reader.read() == b""
    async with asyncio.timeout(2):
        assert await stopping == 0
    writer.close()


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_everything_survives_a_restart(own_stand_ins: StandIns, how: str) -> None:
    """Effects, keys, tombstones, stock, calls and faults are there again on the same file."""
    made = await send(own_stand_ins, "reserveInventory", RESERVE, key="k")
    await send(own_stand_ins, "releaseInventory", RESERVE, compensates="tombstone")
    await own_stand_ins.faults.add("authorizePayment", "refuse")
    before = await own_stand_ins.effects(), await own_stand_ins.calls(), await own_stand_ins.faults.all()

    await (own_stand_ins.kill() if how == "kill" else own_stand_ins.stop())
    await own_stand_ins.start()

    after = await own_stand_ins.effects(), await own_stand_ins.calls(), await own_stand_ins.faults.all()
    assert before == after
    assert (await send(own_stand_ins, "reserveInventory", RESERVE, key="k")).text == made.text
    assert (await send(own_stand_ins, "reserveInventory", RESERVE, key="tombstone")).status_code == 409


async def test_a_held_call_is_lost_by_a_kill(own_stand_ins: StandIns) -> None:
    """What was under way when the process was killed is marked so, and its key is free."""
    await own_stand_ins.faults.add("reserveInventory", "hold_before_effect")
    request = asyncio.create_task(send(own_stand_ins, "reserveInventory", RESERVE, key="k"))
    await own_stand_ins.wait_for_held("reserveInventory")

    await own_stand_ins.restart()

    with pytest.raises(httpx.TransportError):
        await request
    assert [CallState.LOST] == [call.state for call in await own_stand_ins.calls()]
    assert (await send(own_stand_ins, "reserveInventory", RESERVE, key="k")).status_code == 201


async def send_until_it_dies(stand_ins: StandIns, answered: dict[str, str], enough: asyncio.Event) -> None:
    """Reservations under ever new keys, their ids kept as soon as they are answered."""
    for _ in count():
        key = new_key()
        try:
            answered[key] = (await send(stand_ins, "reserveInventory", RESERVE, key=key)).json()["id"]
        except httpx.TransportError:
            return
        if len(answered) >= 100:
            enough.set()


@pytest.mark.parametrize("attempt", range(3))
async def test_a_kill_loses_no_answered_effect(own_stand_ins: StandIns, tmp_path: Path, attempt: int) -> None:
    """Killed under load, it has every effect that it answered, each whole, and the file is sound."""
    answered: dict[str, str] = {}
    enough = asyncio.Event()
    senders = [asyncio.create_task(send_until_it_dies(own_stand_ins, answered, enough)) for _ in range(8)]
    await enough.wait()
    await own_stand_ins.kill()
    await asyncio.gather(*senders)
    await own_stand_ins.start()

    effects = await own_stand_ins.effects()
    stock = (await own_stand_ins.http.get("/inventory/stock/lamp")).json()["available"]
    await own_stand_ins.stop()

    assert answered.items() <= {effect.key: effect.resource_id for effect in effects}.items()
    assert stock == 1_000_000 - 2 * len(effects)
    assert integrity(tmp_path / "stand-ins.db") == "ok", f"attempt {attempt}"


def integrity(path: Path) -> str:
    db = sqlite3.connect(path)
    (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
    db.close()
    return str(verdict)
