"""What is looked at: who reaches whom, who serves which queue, what each worker is told, and that flows go through."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from deploy.private_network.namespaces import INWARDS, SERVER
from deploy.private_network.parts import (
    ADDRESS,
    PRIVATE_URL,
    PUBLIC_ENVIRON,
    ROOT,
    STAND_INS_PORT,
    Parts,
    said_by,
)
from models.queues import PRIVATE_QUEUE
from settings import PRIVATE_DOWNSTREAMS

ELSEWHERE = "192.0.2.1:443"
"""An address that stands for the rest of the world (RFC 5737)."""

LISTENING = "0A"
FLOW_BOUND = 60.0
POLL = 0.3
ENDS = {"completed", "compensated", "failed", "cancelled", "terminated"}


class Finding(NamedTuple):
    """A sentence, whether it holds, and what was seen where it does not."""

    says: str
    holds: bool
    seen: str = ""


class Played(NamedTuple):
    """A flow that is to complete, and who decides in it; `changes` are of its example."""

    flow: str
    example: str
    approvers: Sequence[str]
    effect: str
    """An operation whose effect the private services have to remember."""
    changes: Mapping[str, str] = {}


FLOWS = (
    Played("server-automation", "server-automation.json", ("grace",), "upgradeService"),
    Played("invoice", "invoice.json", ("grace",), "postInvoice"),
    Played("access", "access.json", ("grace",), "patchGroup", {"lasts": "PT5S"}),
)


async def findings(parts: Parts, cli: Path) -> AsyncGenerator[Finding]:
    """One after another, in the order in which they are told."""
    services = [f"{PRIVATE_URL.removeprefix('http://')}", *parts.hosts]
    outside = await _reached(parts, parts.networks.public, [ADDRESS, *services])
    yield Finding(
        "The public network reaches Temporal, and no ERP, directory or host",
        outside == [ADDRESS],
        str(outside),
    )
    between = [ADDRESS, f"{SERVER}:{STAND_INS_PORT}", ELSEWHERE, *services]
    reached = await _reached(parts, parts.networks.between, between)
    wanted = [ADDRESS, *services]
    yield Finding(
        "The private worker reaches Temporal and its services, and nothing else",
        reached == wanted,
        str(reached),
    )
    listening = await _listening(parts)
    yield Finding("Nothing of it can be reached from outside", not listening, str(listening))
    told = await _settings(parts)
    yield Finding("The public worker has no setting of the private services", not told, str(told))
    serving = await _pollers(parts, cli)
    yield Finding(
        "The private task queue is served by the private worker alone",
        len(serving) == 1,
        f"{len(serving)} workers: {', '.join(serving)}",
    )
    for played in FLOWS:
        end = await _played(parts, played)
        yield Finding(f"{played.flow} completes", end == "completed", end)
        effects = await _effects(parts)
        yield Finding(f"{played.effect} has been done inside", played.effect in effects, str(sorted(effects)))


async def _reached(parts: Parts, network: str, addresses: Sequence[str]) -> list[str]:
    probe = [sys.executable, "-m", "deploy.private_network.reach", *addresses]
    return (await said_by(parts.networks.inside(network, probe)))[1].split()


async def _listening(parts: Parts) -> list[str]:
    """Where the private worker's network listens, apart from its own and the private side (proc(5): /proc/net/tcp)."""
    tables = parts.networks.inside(parts.networks.between, ["cat", "/proc/net/tcp", "/proc/net/tcp6"])
    rows = [line.split() for line in (await said_by(tables))[1].splitlines()]
    inside = {_hex(INWARDS), _hex("127.0.0.1")}
    sockets = [local for _, local, _, state, *_ in rows if state == LISTENING]
    return [found for found in sockets if found.partition(":")[0] not in inside]


def _hex(address: str) -> str:
    """As the kernel writes it, least significant byte first."""
    return "".join(f"{int(part):02X}" for part in reversed(address.split(".")))


async def _settings(parts: Parts) -> list[str]:
    show = [sys.executable, str(ROOT / "worker.py"), "--show-settings"]
    _, text = await said_by(parts.networks.inside(parts.networks.public, show), environ=PUBLIC_ENVIRON)
    private = tuple(f"{name.upper()}_" for name in (*PRIVATE_DOWNSTREAMS, "hosts"))
    return [line.split(" ")[0] for line in text.splitlines() if line.startswith(private)]


async def _pollers(parts: Parts, cli: Path) -> list[str]:
    describe: list[str | Path] = [
        *(cli, "task-queue", "describe", "--task-queue", PRIVATE_QUEUE),
        *("--task-queue-type-legacy", "activity", "--legacy-mode", "--address", ADDRESS, "-o", "json"),
    ]
    _, text = await said_by(parts.networks.inside(parts.networks.public, describe))
    found = cast("dict[str, Any]", json.loads(text))
    return sorted({poller["identity"] for poller in found.get("pollers", [])})


async def _played(parts: Parts, played: Played) -> str:
    """Start it, decide where it waits for somebody, and see how it ends."""
    example = json.loads((ROOT / "examples" / played.example).read_text()) | dict(played.changes)
    started = await _starter(parts, "start", played.flow, "--input", "-", given=json.dumps(example))
    flow_id, status, approvers = str(started.get("id", "")), "", list(played.approvers)
    if not flow_id:
        return str(started)
    deadline = asyncio.get_running_loop().time() + FLOW_BOUND
    while status not in ENDS and asyncio.get_running_loop().time() < deadline:
        view = await _starter(parts, "status", flow_id)
        status = str(view.get("status"))
        if status == "waiting_for_approval" and approvers:
            await _starter(parts, "approve", flow_id, "--by", approvers.pop(0))
        await asyncio.sleep(POLL)
    return status


async def _starter(parts: Parts, *arguments: str, given: str = "") -> dict[str, Any]:
    """What `starter.py --json` answers to somebody in the public network; its words where that is no answer."""
    command = [sys.executable, str(ROOT / "starter.py"), *arguments, "--json"]
    if given:
        command = ["sh", "-c", 'given=$1; shift; printf %s "$given" | exec "$@"', "sh", given, *command]
    _, text = await said_by(parts.networks.inside(parts.networks.public, command), environ=PUBLIC_ENVIRON)
    try:
        return cast("dict[str, Any]", json.loads(text))
    except json.JSONDecodeError:
        return {"said": text}


async def _effects(parts: Parts) -> set[str]:
    """What the private services remember to have done."""
    read = f"import urllib.request as http; print(http.urlopen('{PRIVATE_URL}/_effects').read().decode())"
    _, text = await said_by(parts.networks.inside(parts.networks.private, [sys.executable, "-c", read]))
    rows = cast("list[dict[str, Any]]", json.loads(text))
    return {str(row["operation"]) for row in rows}
