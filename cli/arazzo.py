"""`arazzo`: finds the module of an action."""

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from cli.context import Context
from cli.exits import Exit


def arazzo(options: Namespace, context: Context) -> Exit:
    """`dry-run` is the function `dry_run` of `cli.arazzo_dry_run`."""
    name = options.action.replace("-", "_")
    act: Callable[[Namespace, Context], Exit] = getattr(import_module(f"cli.arazzo_{name}"), name)
    return act(options, context)
