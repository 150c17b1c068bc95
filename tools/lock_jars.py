"""Writes runtime/test_server.lock: the time-skipping server's jars as Maven resolves them, with hashes."""

import hashlib

import jgo
from jgo.maven import Artifact

from runtime.jars import LOCK

SERVER = "io.temporal:temporal-test-server:1.38.0"
SILENT_LOGGER = "org.slf4j:slf4j-nop:1.7.36"  # without a logger slf4j complains on each start

HEADER = (
    f"# The jars of {SERVER} and a logger that says nothing, each with its SHA-256. `make lock` writes this."
)


def _pin(jar: Artifact) -> str:
    digest = hashlib.sha256(jar.resolve().read_bytes()).hexdigest()
    return f"{jar.groupId}:{jar.artifactId}:{jar.version} {digest}"


if __name__ == "__main__":
    pins = sorted({_pin(jar) for jar in [*jgo.resolve(SERVER), *jgo.resolve(SILENT_LOGGER)]})
    LOCK.write_text("\n".join([HEADER, *pins, ""]))
