"""The hosts are found again after a restart, at their ports or at others."""

import json
import socket
from pathlib import Path

from starlette.types import Receive, Scope, Send

from services.backstage.ssh import Network, SshDoor
from services.hosts import SHELL


async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """No request comes."""


async def ports(folder: Path) -> dict[str, int]:
    """Where the hosts are after a start."""
    door = SshDoor(nothing, Network(SHELL, folder), "127.0.0.1")
    await door.open()
    door.close()
    found: dict[str, int] = json.loads((folder / "ports.json").read_text())
    return found


async def test_same_ports(tmp_path: Path) -> None:
    """A start finds the ports of the last one."""
    before = await ports(tmp_path)

    assert await ports(tmp_path) == before


async def test_port_that_is_taken(tmp_path: Path) -> None:
    """A host whose port somebody else has by now takes another one, and the inventory says so."""
    before = await ports(tmp_path)
    host = SHELL.hosts[0]

    with socket.create_server(("127.0.0.1", before[host])):
        after = await ports(tmp_path)

    assert after[host] != before[host]
    assert f"port = {after[host]}\n" in (tmp_path / "inventory.toml").read_text()
