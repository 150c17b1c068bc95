"""The input of a durable run of a document's workflow."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from arazzo.frames import Frame
from arazzo.plan import Plan
from arazzo.step_input import Ran, Values

MAILBOX = "events"
"""Of all channels of a run."""


class ChannelEvent(BaseModel):
    """A message on a channel, as it is handed to a run that waits for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    """One that comes twice is dropped; of those that have none, one that says the same."""
    channel: str
    """The address, with or without `<source description>/` before it."""
    correlation_id: str | None = None
    headers: dict[str, str] = Field(default={}, repr=False)
    payload: JsonValue = Field(default=None, repr=False)

    @property
    def key(self) -> str:
        """By which it is known."""
        return self.id or self.model_dump_json()

    def is_on(self, channel: str) -> bool:
        """Whether it is of a planned channel, `<source description>/<address>`."""
        return self.channel in (channel, channel.partition("/")[2])


class RunInput(BaseModel):
    """A plan, which workflow of it, and what that is given."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    inputs: Values = Field(default={}, repr=False)
    workflow: str = ""
    """Key of the plan's workflows; none: the plan's root."""
    servers: dict[str, str] = Field(default={})
    """By source description: the server in place of the one that is described."""
    workflows: dict[str, Ran] = Field(default={}, repr=False)
    """What has been run for the one that runs this (D10)."""
    frame: Frame | None = None
    """How far an earlier run has come."""
    transfers: int = 0
    """How often a run has gone on as another workflow."""
    roll_over_after: int | None = None
    """Events of history after which a run goes on as a new one; none: when the server says so."""
    depth: int = 0
    """How many workflows of the plan run one within the other around it; if any, its result is how it ended."""
    done: int = 0
    """Calls that were made before it (D7)."""
    plan: Plan
    """The last, since it is the longest, and people look for the inputs."""

    @property
    def key(self) -> str:
        return self.workflow or self.plan.root
