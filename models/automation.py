"""The runbooks: each has a name, its own arguments, and says whether what it did can be reverted."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from models.fields import Id, NaturalId, Record

ServiceName = Annotated[NaturalId, Field(examples=["checkout"])]


class RestartService(Record):
    """Nothing to revert."""

    reversible: ClassVar[bool] = False

    name: Literal["restart-service"] = "restart-service"
    service: ServiceName


class ScaleOut(Record):
    """Reverted by taking the replicas away again."""

    reversible: ClassVar[bool] = True

    name: Literal["scale-out"] = "scale-out"
    service: ServiceName
    replicas: int = Field(ge=1, le=20, description="so many more")


class RollBackRelease(Record):
    """Reverted by rolling out again what was rolled back."""

    reversible: ClassVar[bool] = True

    name: Literal["roll-back-release"] = "roll-back-release"
    service: ServiceName
    to_version: NaturalId = Field(examples=["2026.11.1"])


Runbook: TypeAlias = Annotated[RestartService | ScaleOut | RollBackRelease, Field(discriminator="name")]
"""All that can be run; another name is no runbook, and is refused wherever one is given."""


class RunRequest(Record):
    incident: Id
    runbook: Runbook


class Run(Record):
    id: Id
    runbook: str
    status: Literal["done"]


class RunReversal(Record):
    """Without an id there was nothing to revert."""

    id: Id | None
    status: Literal["reverted", "nothing_to_revert"]
