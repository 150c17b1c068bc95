"""The input of a durable run of a document, and the messages that it is sent."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, JsonValue
from temporalio import workflow

from saga import Resumable

with workflow.unsafe.imports_passed_through():
    from arazzo.run_input import ChannelEvent, RunInput


class Heard(ChannelEvent):
    """A message, and when it came: it may be too late for a step that asks for it later still."""

    at: datetime = Field(default_factory=workflow.now)

    @property
    def key(self) -> str:
        return self.id or self.model_dump_json(exclude={"at"})

    def came_by(self, until: datetime | None) -> bool:
        return until is None or self.at <= until


class ArazzoRun(RunInput, Resumable):
    """The input of a run, with what the run before has left."""

    heard: tuple[Heard, ...] = Field(default=(), repr=False)
    """Messages that came early."""
    keeps_undo: bool = False
    """The step that runs it says itself how it is taken back."""
    names: dict[str, int] = Field(default={})
    """How often each child or question was begun."""

    def __saga_shown__(self) -> JsonValue:
        """In the status of the one that runs it: what it is given, and not the plan around that."""
        return {"workflow": self.key, "inputs": dict(self.inputs)}
