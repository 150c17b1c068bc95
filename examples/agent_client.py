"""An AI agent's client, without the agent: starts an order with the tools of `starter.py mcp`, and follows it."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

FLOWS = StdioServerParameters(command=sys.executable, args=["starter.py", "mcp"], env=dict(os.environ))


async def call(agent: Client, tool: str, **arguments: object) -> dict[str, Any]:
    answer = await agent.call_tool(tool, arguments)
    if answer.is_error:
        sys.exit(str(answer.content))
    told: dict[str, Any] = answer.structured_content
    return told


async def place(order: object) -> None:
    async with Client(FLOWS) as agent:
        begun = await call(agent, "start_flow", flow="order", input=order)
        seen = begun
        while not seen.get("ended"):
            seen = await call(agent, "flow_status", id=begun["id"], wait_s=30)
            if seen.get("waits_for_person"):
                print(await call(agent, "what_it_waits_for", id=begun["id"]))
                break
        print(seen["id"], seen["status"], *(step["name"] for step in seen["steps"]))


if __name__ == "__main__":
    asyncio.run(place(json.loads(Path(sys.argv[1]).read_text())))
