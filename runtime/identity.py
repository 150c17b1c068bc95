"""Who starts, decides and cancels: the one place that says so, and how far it can be believed."""

import getpass
import os
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Actor(BaseModel):
    """A person or program that acts on a flow. Without authentication, `by` is what it said of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    by: str
    kind: Literal["agent"] | None = None
    """`agent`: an AI agent, through `starter.py mcp`. Of others nothing is known."""
    authenticated: bool = False

    def __str__(self) -> str:
        notes = [*([self.kind] if self.kind else []), *([] if self.authenticated else ["self-declared"])]
        return f"{self.by} ({', '.join(notes)})" if notes else self.by


def actor(named: str | None = None) -> Actor:
    """Who is at the command line: the name given, else the login name."""
    return Actor(by=named or _login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container, where nobody has given the user a name
        return f"user {os.getuid()}"
