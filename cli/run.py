"""Runs one command and turns how it ends into an exit status; what a user did wrong is told without a traceback."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from pydantic import JsonValue

from cli.context import Context
from cli.exits import Exit
from cli.output import Output, error_of, tell
from cli.telling import NOT_STARTED
from runtime.refusals import Refused, Unreachable

Command = Callable[[Namespace, Context], Exit]

MODULES = {
    "flows": "cli.flows",
    "list": "cli.listing",
    "incidents": "cli.incidents",
    "status": "cli.status",
    "start": "cli.start",
    "event": "cli.event",
    "approve": "cli.decisions",
    "reject": "cli.decisions",
    "resolve": "cli.decisions",
    "withdraw": "cli.decisions",
    "delegate": "cli.decisions",
    "cancel": "cli.decisions",
    "tell": "cli.messages",
    "inbox": "cli.inbox",
    "schedule": "cli.schedules",
    "mcp": "cli.mcp",
    "arazzo": "cli.arazzo",
    "demo": "demo.command",
}
"""Each command is the function of its name, with an underscore where the name is a word of Python's own."""


def run(options: Namespace, compose: Callable[[Output], Context]) -> Exit:
    """The exit status. `compose` makes what the commands need; it may refuse, too."""
    output = Output(json=options.json)
    try:
        return _command(options.command)(options, compose(output))
    except Refused as error:
        return _refused(options, output, error, Exit.REFUSED)
    except Unreachable as error:
        return _refused(options, output, error, Exit.UNREACHABLE)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # as in `list | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def _command(name: str) -> Command:
    module = import_module(MODULES[name])
    command: Command = getattr(module, f"{name}_" if name == "list" else name)
    return command


def _refused(options: Namespace, output: Output, error: Refused | Unreachable, status: Exit) -> Exit:
    tell(error)
    if output.json:
        started = NOT_STARTED if options.command == "start" else {}
        said: dict[str, JsonValue] = {**started, "error": error_of(error)}
        output.answer(said)
    return status
