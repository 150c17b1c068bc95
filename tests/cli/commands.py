"""Runs `python starter.py` as a process, forked off one that has done the imports, since those take the time."""

import asyncio
import json
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEADLINE = 60
IMPORTED = ["catalogue", "settings", "runtime.telemetry", "runtime.client", "cli.run"]
COMMANDS = [
    f"cli.{name}"
    for name in ("decisions", "event", "flows", "incidents", "listing", "schedules", "start", "status")
]

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([*IMPORTED, *COMMANDS, __name__])


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it said."""

    status: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command has answered
        return json.loads(self.out)


def refusal(answer: Answer) -> tuple[int | None, str]:
    """The exit status, and the type of the error."""
    return answer.status, answer.json["error"]["type"]


@dataclass(frozen=True)
class CommandLine:
    """The command line of somebody whose environment is this."""

    environment: Mapping[str, str]

    async def __call__(self, *arguments: str, typed: str = "", **variables: str) -> Answer:
        environment = {**self.environment, **variables}
        with tempfile.TemporaryDirectory() as name:
            streams = [Path(name) / stream for stream in ("in", "out", "err")]
            streams[0].write_text(typed)
            status = await asyncio.to_thread(_run, arguments, environment, streams)
            return Answer(status, streams[1].read_text(), streams[2].read_text())

    async def json(self, *arguments: str, **variables: str) -> Any:  # noqa: ANN401 - see Answer
        """What a command that has to succeed answers."""
        answer = await self(*arguments, "--json", **variables)
        assert answer.status == 0, answer
        return answer.json


def _run(arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[Path]) -> int | None:
    process = _FORKING.Process(target=_command, args=(arguments, environment, streams), daemon=True)
    process.start()
    process.join(DEADLINE)
    status = process.exitcode
    process.kill()
    process.join()
    process.close()
    return status


def _command(arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[Path]) -> None:
    """In the child: what the shell and the interpreter do before the program begins."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    given, out, err = streams
    sys.stdin = given.open()
    for number, stream in ((1, out), (2, err)):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["starter.py", *arguments]
    runpy.run_path(str(ROOT / "starter.py"), run_name="__main__")
