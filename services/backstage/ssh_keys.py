"""The keys of the hosts, and what a caller has to know of them: one folder, made once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncssh


def library() -> Any:  # noqa: ANN401 - a module
    """It takes a third of a second to import, which nobody who wants no host should wait for."""
    import asyncssh  # noqa: PLC0415 - see above

    return asyncssh


def host_keys(folder: Path, hosts: tuple[str, ...]) -> Mapping[str, "asyncssh.SSHKey"]:
    """The key of each host; beside them, the one with which a caller comes. Made once."""
    asyncssh = library()
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*hosts, "id_ed25519"):
        file = folder / name if name == "id_ed25519" else folder / f"{name}.key"
        if not file.exists():
            key = asyncssh.generate_private_key("ssh-ed25519")
            file.touch(mode=0o600)
            key.write_private_key(file)
            key.write_public_key(file.with_suffix(".pub"))
    return {host: asyncssh.read_private_key(folder / f"{host}.key") for host in hosts}


def known_ports(folder: Path) -> dict[str, int]:
    """Of the last start, so that a host is found again after a crash."""
    file = folder / "ports.json"
    return cast("dict[str, int]", json.loads(file.read_text())) if file.exists() else {}


def write_down(
    folder: Path, address: str, ports: Mapping[str, int], keys: Mapping[str, "asyncssh.SSHKey"]
) -> None:
    """The inventory last: whoever finds it finds the rest."""
    public = {host: keys[host].export_public_key().decode().strip() for host in ports}
    lines = [f"[{address}]:{port} {public[host]}\n" for host, port in ports.items()]
    (folder / "known_hosts").write_text("".join(lines))
    (folder / "ports.json").write_text(json.dumps(ports))
    told = [
        f'[hosts.{host}]\naddress = "{address}"\nport = {port}\nuser = "operator"\n\n'
        for host, port in ports.items()
    ]
    written = folder / "inventory.toml.new"
    written.write_text("".join(told))
    written.replace(folder / "inventory.toml")
