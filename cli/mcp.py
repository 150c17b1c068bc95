"""`mcp`: the flows as tools for an AI agent, whose client starts this and talks to it on standard input and output."""

import asyncio
import sys
from argparse import Namespace

from cli.context import Context
from cli.exits import Exit
from runtime.agent_tools import AgentTools
from runtime.mcp_server import serve

ON_A_TERMINAL = (
    "This is for the client of an AI agent to start: it talks the Model Context Protocol. Ctrl-C ends it."
)


def mcp(options: Namespace, context: Context) -> Exit:
    """No connection is needed to begin: without a server, the tools that need one say so."""
    if sys.stdin.isatty():
        sys.stderr.write(f"{ON_A_TERMINAL}\n")
    tools = AgentTools(
        context.catalogue, task_queue=context.task_queue, web_ui=context.web_ui, connect=context.connect
    )
    asyncio.run(serve({tool.name: tool for tool in tools.all()}, by=options.by))
    return Exit.DONE
