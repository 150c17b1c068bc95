"""One message for several partners: who gets it, who needs whom, and what became of it."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from models.fields import Id, NaturalId, Record
from models.partners import MessageBody, PartnerName

Mode: TypeAlias = Literal["independent", "dependent", "partly_dependent"]
OnPartial: TypeAlias = Literal["keep", "retry_later", "compensate"]
OverallStatus: TypeAlias = Literal["success", "partial_success", "failure"]


class Target(Record):
    name: PartnerName
    after: tuple[PartnerName, ...] = Field(
        default=(), description="the targets that it needs; only in the mode partly_dependent"
    )


def _a_plan(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Each target once, needing only others that are there, and never itself by way of others."""
    names = [target.name for target in targets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is there more than once")
    for target in targets:
        unknown = sorted(set(target.after) - set(names))
        if unknown:
            raise ValueError(f"{target.name} needs {', '.join(unknown)}, which is not a target")
    try:
        TopologicalSorter({target.name: target.after for target in targets}).prepare()
    except CycleError as error:
        _, cycle = error.args
        raise ValueError(f"they need each other in a circle: {' before '.join(cycle)}") from None
    return targets


class Dispatch(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    dispatch_id: NaturalId = Field(examples=["D-1001"])
    body: MessageBody = Field(repr=False)
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=50), AfterValidator(_a_plan)]
    mode: Mode = "independent"
    on_partial: OnPartial = "keep"

    @field_validator("mode", mode="after")
    @classmethod
    def _after_only_where_it_counts(cls, mode: Mode, info: ValidationInfo) -> Mode:
        targets: tuple[Target, ...] = info.data.get("targets", ())
        saying = [target.name for target in targets if target.after]
        if saying and mode != "partly_dependent":
            raise ValueError(f"{mode} takes no `after`, and {', '.join(saying)} has one")
        return mode

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """Of each target, which have to be delivered before it."""
        names = [target.name for target in self.targets]
        if self.mode == "dependent":
            return {name: tuple(names[:i][-1:]) for i, name in enumerate(names)}
        return {target.name: target.after for target in self.targets}


class TargetResult(Record):
    """Of one target: the delivery, or why there is none."""

    name: PartnerName
    status: Literal["delivered", "failed", "not_tried"]
    delivery_id: Id | None = None
    error: str | None = None


class DispatchResult(Record):
    """What became of the whole; the targets are in the order of the request."""

    dispatch_id: NaturalId
    overall_status: OverallStatus
    targets: tuple[TargetResult, ...]

    @property
    def missing(self) -> tuple[TargetResult, ...]:
        return tuple(target for target in self.targets if target.status != "delivered")
