"""A change that is rolled over servers, batch by batch, and what people see of it before it begins."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from models.fields import Line, NaturalId, Record
from models.hosts import ArgumentName, HostName, HostsRequest, RunbookName


class Rollout(Record):
    """The change is a runbook of the private worker's file: here stands its name, and no command."""

    change_id: Annotated[NaturalId, Field(examples=["C-1"])]
    runbook: RunbookName
    arguments: dict[ArgumentName, Line] = Field(default_factory=dict)
    hosts: Annotated[tuple[HostName, ...], Field(min_length=1, max_length=1_000)]
    """The first one is the canary."""
    batch_size: Annotated[int, Field(ge=1, le=100)] = 2
    requester: NaturalId
    approvers: tuple[NaturalId, ...] = ()
    """Without any, whoever may decide at all, but never the requester."""
    reason: Line

    @model_validator(mode="after")
    def _names_each_host_once(self) -> Self:
        if len(set(self.hosts)) < len(self.hosts):
            raise ValueError("a host is named twice")
        return self

    @property
    def batches(self) -> tuple[tuple[str, ...], ...]:
        """The canary alone, then all others, so many at a time."""
        canary, *others = self.hosts
        size = self.batch_size
        return ((canary,), *(tuple(others[at : at + size]) for at in range(0, len(others), size)))

    def on(self, hosts: tuple[str, ...]) -> HostsRequest:
        return HostsRequest(runbook=self.runbook, arguments=self.arguments, hosts=hosts)


class RolloutShown(Record):
    """What an approver sees, and decides on."""

    runbook: str
    arguments: dict[str, str]
    batches: tuple[tuple[str, ...], ...]
    reason: str


class RolloutResult(Record):
    change_id: str
    approved_by: tuple[str, ...]
    batches: tuple[tuple[str, ...], ...]
