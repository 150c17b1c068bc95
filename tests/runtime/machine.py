"""A machine of its own for a test: a home, a path with programs that the test writes, and no network."""

import os
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from pathlib import Path

from runtime.dev_server import HOST, free_port
from runtime.toolchain import user_cache

ROOT = Path(__file__).parents[2]


class Machine:
    """Programs on it are shell scripts, without any other program to call."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        nobody = f"http://{HOST}:{free_port()}"
        self.environ = {
            "HOME": str(folder),
            "PATH": str(self.programs),
            "HTTPS_PROXY": nobody,
            "DURABLE_SAGAS_CACHE": str(folder / "cache"),
        }
        self.cache = user_cache(self.environ)

    def install(self, name: str, script: str, *, into: Path | None = None) -> Path:
        """Writes a program, on the path unless said otherwise."""
        program = (into or self.programs) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    def install_temporal(self, *, server: str = "1.29.1", into: Path | None = None) -> Path:
        """A `temporal` that can say which server it contains, and nothing more."""
        return self.install("temporal", temporal(server), into=into)

    async def run(self, *arguments: str) -> Process:
        """`python -m` on this machine."""
        return await create_subprocess_exec(
            *(sys.executable, "-m", *arguments), cwd=ROOT, env=self.environ, stdout=PIPE, stderr=PIPE
        )


def temporal(server: str) -> str:
    """The script of a `temporal` that contains a server."""
    return f"echo 'temporal version 1.5.1 (Server {server}, UI 2.42.1)'"


def real_environment(**changes: str) -> dict[str, str]:
    """This machine's own environment, with changes."""
    return {**os.environ, **changes}
