"""An AI agent's client, as the SDK has it, with `python starter.py mcp` as the process that it starts."""

import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client, Implementation, StdioServerParameters, stdio_client
from mcp.types import TextContent

from tests.cli.commands import ROOT

ROBOT = Implementation(name="robot", version="1")


@dataclass(frozen=True)
class Agent:
    """What it has read is in `read`: everything that came over, whole."""

    client: Client
    read: list[str]

    async def call(self, tool: str, **arguments: object) -> Any:  # noqa: ANN401 - whatever the tool answers
        """Of a tool that has to succeed."""
        answer = await self.client.call_tool(tool, arguments)
        self.read.append(str(answer))
        assert not answer.is_error, answer
        return answer.structured_content

    async def refusal(self, tool: str, **arguments: object) -> str:
        """`UnknownFlow: There is no …`, of a tool that has to refuse."""
        answer = await self.client.call_tool(tool, arguments)
        assert answer.is_error, answer
        (told,) = answer.content
        assert isinstance(told, TextContent)
        return told.text


@asynccontextmanager
async def agent(
    environment: Mapping[str, str], log: Path, *options: str, mode: str = "auto"
) -> AsyncGenerator[Agent]:
    """To be opened and closed within one test; what the process says beside the protocol is in `log`.

    With the mode `legacy` it begins with a handshake, as all versions of the protocol up to 2025-11-25 do.
    """
    command = StdioServerParameters(
        command=sys.executable, args=["starter.py", "mcp", *options], cwd=ROOT, env=dict(environment)
    )
    with log.open("w") as errors:
        async with Client(stdio_client(command, errors), client_info=ROBOT, mode=mode) as client:
            yield Agent(client, [])
