"""A schedule as the server has it: which flow it starts and when, what becomes of overlaps, and what has become of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from temporalio.client import (
    ScheduleActionExecutionStartWorkflow,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleSpec,
)

from saga.status import StatusModel


class Overlap(StrEnum):
    """What becomes of a start that is due while the run before still goes on."""

    SKIP = "skip"
    BUFFER_ONE = "buffer-one"
    ALLOW_ALL = "allow-all"


class When(NamedTuple):
    """One of the two. `cron` has Temporal's syntax, in UTC unless it begins with `CRON_TZ=Europe/Berlin`."""

    every: timedelta | None = None
    cron: str | None = None

    def spec(self) -> ScheduleSpec:
        """A cron expression is kept as a comment of what the server makes of it, which is all that it gives back."""
        if self.every:
            return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=self.every)])
        cron = self.cron or ""
        return ScheduleSpec(cron_expressions=[cron if "#" in cron else f"{cron} # {cron}"])


class Scheduled(StatusModel):
    """A schedule as the server has it. Lengths are in seconds; times without another zone are UTC."""

    name: str
    flow: str
    every_s: float | None = None
    cron: str | None = None
    overlap: str
    catch_up_s: float | None
    paused: bool
    note: str = ""
    next_at: datetime | None = None
    """None: no time fits, or not any more."""
    last_at: datetime | None = None
    last_id: str | None = None
    """Of the flow that was started last."""
    runs: int = 0
    skipped: int = 0
    """Starts left out because the run before was not over."""
    missed: int = 0
    """Starts left out because the server was away for longer than `catch_up_s`."""


def scheduled(description: ScheduleDescription) -> Scheduled:
    schedule, info = description.schedule, description.info
    action, catch_up = schedule.action, schedule.policy.catchup_window
    return Scheduled(
        name=description.id,
        flow=str(getattr(action, "workflow", "")),
        overlap=schedule.policy.overlap.name.lower().replace("_", "-"),
        catch_up_s=catch_up.total_seconds() if catch_up else None,
        paused=schedule.state.paused,
        note=schedule.state.note or "",
        next_at=next(iter(info.next_action_times), None),
        runs=info.num_actions,
        skipped=info.num_actions_skipped_overlap,
        missed=info.num_actions_missed_catchup_window,
        **_timing(schedule.spec),
        **_last(description),
    )


def _timing(spec: ScheduleSpec) -> Mapping[str, Any]:
    """A schedule that others have made may have several; those that we make have one."""
    every = next((interval.every.total_seconds() for interval in spec.intervals), None)
    return {
        "every_s": every,
        "cron": next((found.comment or "by calendar" for found in spec.calendars), None),
    }


def _last(description: ScheduleDescription) -> Mapping[str, Any]:
    if not description.info.recent_actions:
        return {}
    newest = description.info.recent_actions[-1]
    started = newest.action
    name = started.workflow_id if isinstance(started, ScheduleActionExecutionStartWorkflow) else None
    return {"last_at": newest.started_at, "last_id": name}
