"""Three networks on one machine: the public one, the private one, and between them a place for the private worker.

Each is a network namespace of Linux. The two cables end in the place between, which forwards nothing.
"""

import os
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.toolchain import Unavailable, executable

SERVER = "10.203.1.1"
"""Of the public network; Temporal's server is there."""
OUTWARDS = "10.203.1.2"
"""Of the private worker, towards the public network."""
INWARDS = "10.203.2.1"
"""Of the private worker, towards the private network."""
SERVICES = "10.203.2.2"
"""Of the private network; its services are there."""
PRIVATE_NETWORK = "10.203.2.0/30"

FORWARDS = Path("/proc/sys/net/ipv4/ip_forward")


@dataclass(frozen=True)
class Networks:
    """The names of the namespaces."""

    public: str
    between: str
    private: str

    def inside(self, network: str, command: Sequence[str | Path]) -> list[str]:
        """The command, as it is run in one of them."""
        return ["ip", "netns", "exec", network, *map(str, command)]


@contextmanager
def networks() -> Generator[Networks]:
    """They are there while the block runs. Raises Unavailable where they cannot be had."""
    executable("ip", os.environ)
    mark = f"durable-sagas-{os.getpid()}"
    made = Networks(f"{mark}-public", f"{mark}-between", f"{mark}-private")
    try:
        _make(made, cables=(f"ds{os.getpid()}o", f"ds{os.getpid()}i"))
        yield made
    finally:
        for name in (made.public, made.between, made.private):
            _said_by(["ip", "netns", "del", name])


def _make(made: Networks, *, cables: tuple[str, str]) -> None:
    for name in (made.public, made.between, made.private):
        _ip("netns", "add", name)
        _ip("-n", name, "link", "set", "lo", "up")
    outer, inner = cables
    _plug_in(outer, (made.public, f"{SERVER}/30"), (made.between, f"{OUTWARDS}/30"))
    _plug_in(inner, (made.between, f"{INWARDS}/30"), (made.private, f"{SERVICES}/30"))
    # Whoever outside knows of the private network and of the way to it, asks the private worker's machine to forward.
    _ip("-n", made.public, "route", "add", PRIVATE_NETWORK, "via", OUTWARDS)
    _run(made.inside(made.between, ["sh", "-c", f"[ $(cat {FORWARDS}) = 0 ] || echo 0 > {FORWARDS}"]))


def _plug_in(cable: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    ends = (f"{cable}a", f"{cable}b")
    _ip("link", "add", ends[0], "netns", one[0], "type", "veth", "peer", "name", ends[1], "netns", other[0])
    for end, (network, address) in zip(ends, (one, other), strict=True):
        _ip("-n", network, "address", "add", address, "dev", end)
        _ip("-n", network, "link", "set", end, "up")


def _ip(*arguments: str) -> None:
    _run(["ip", *arguments])


def _run(command: Sequence[str]) -> None:
    """Raises Unavailable."""
    done = _said_by(command)
    if done.returncode:
        why = (done.stderr or done.stdout).strip().partition("\n")[0]
        raise Unavailable(
            f"Network namespaces cannot be had here, so nothing is proved: `{' '.join(command)}` says: {why}. "
            "It takes Linux, iproute2, and root (or CAP_NET_ADMIN and CAP_SYS_ADMIN)."
        )


def _said_by(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)
