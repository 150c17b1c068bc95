"""Who starts, decides and cancels: the one place that says so, and how far it can be believed."""

import getpass

from pydantic import BaseModel, ConfigDict


class Actor(BaseModel):
    """A person or program that acts on a flow. Without authentication, `by` is what it said of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    by: str
    authenticated: bool = False

    def __str__(self) -> str:
        return self.by if self.authenticated else f"{self.by} (self-declared)"


def actor(named: str | None = None) -> Actor:
    """Who is at the command line: the name given, else the login name."""
    return Actor(by=named or getpass.getuser())
