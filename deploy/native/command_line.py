"""Runs `python starter.py … --json`, as a person or program does who speaks with the topology."""

import asyncio
import sys

from pydantic import JsonValue, TypeAdapter

from deploy.native.topology import ROOT
from runtime.leash import die_with_parent

_ANSWER = TypeAdapter(dict[str, JsonValue])


class CommandFailed(Exception):
    """The message has the command, its exit status and what it said."""


async def starter(*arguments: str, given: str = "") -> dict[str, JsonValue]:
    """The answer. Raises CommandFailed unless the exit status is 0."""
    process = await asyncio.create_subprocess_exec(
        *die_with_parent([sys.executable, ROOT / "starter.py", *arguments, "--json"]),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        answer, said = await process.communicate(given.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        told = (said or answer).decode(errors="replace").strip()
        raise CommandFailed(f"starter.py {' '.join(arguments)} ended with {process.returncode}: {told}")
    return _ANSWER.validate_json(answer)
