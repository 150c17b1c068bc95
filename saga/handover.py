"""What is registered for undoing, as data: handed from a child flow to its parent, and from one run to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic_core import to_jsonable_python
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga.compensation import Compensation, CompensationStack
from saga.headers import StepHeader
from saga.journal import StepRecord
from saga.policies import merged
from saga.step import activity_name


class UndoOptions(BaseModel):
    """The activity options of an undo that are not the saga's own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task_queue: str | None = None
    start_to_close_timeout: timedelta | None = None
    schedule_to_close_timeout: timedelta | None = None
    schedule_to_start_timeout: timedelta | None = None
    heartbeat_timeout: timedelta | None = None
    retry_policy: RetryPolicy | None = None

    @classmethod
    def of(cls, config: ActivityConfig) -> UndoOptions:
        """Those of them that are given."""
        given = cast("dict[str, Any]", config)
        return cls(**{name: given[name] for name in cls.model_fields if name in given})

    def config(self) -> ActivityConfig:
        return cast("ActivityConfig", {name: value for name, value in self if value is not None})


class Undo(BaseModel):
    """How one step is undone, by whoever has this."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    activity: str
    args: tuple[JsonValue, ...]
    step: StepHeader
    options: UndoOptions = UndoOptions()
    shown: str = ""
    """The step's name in the status."""
    origin: str = ""

    def taken_over(self, record: StepRecord, policy: ActivityConfig, *, origin: str) -> Compensation:
        """The undo as it is registered here."""
        config = merged(policy, self.options.config())
        return Compensation(self.activity, self.args, self.step, record, config, origin=origin)


def handed_over(stack: CompensationStack) -> tuple[Undo, ...]:
    """What is registered, in the order in which the steps were begun."""
    return tuple(
        Undo(
            activity=activity_name(registered.activity),
            args=tuple(to_jsonable_python(arg) for arg in registered.all_args),
            step=registered.step,
            options=UndoOptions.of(registered.config),
            shown=registered.record.name,
            origin=registered.origin,
        )
        for registered in stack.registered
    )
