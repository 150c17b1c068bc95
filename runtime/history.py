"""Reads what only the server knows of a flow's activities: attempts, true times, failures, and who they belong to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import JsonValue, ValidationError
from temporalio.api.common.v1 import Header, Payload
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.converter import DataConverter

from saga.headers import STEP_HEADER, StepHeader
from saga.step import describe

_ENDINGS = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: "activity_task_completed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: "activity_task_failed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: "activity_task_timed_out_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: "activity_task_canceled_event_attributes",
}

# How a saga names the activities that are none of its flow's steps.
PROBE = re.compile(r"probe-\d+-.+")
ANNOUNCEMENT = re.compile(r"announce-[a-z_]+\.\d+")


@dataclass(frozen=True)
class Activity:
    """One scheduled activity. A step that was told to come back later has several, under one key."""

    id: str
    name: str
    step: StepHeader | None
    """None: it was not scheduled by a saga."""
    scheduled_at: datetime
    attempts: int = 0
    """Attempts begun."""
    started_at: datetime | None = None
    """When the first attempt began, as near as the server knows it."""
    ended_at: datetime | None = None
    completed: bool = False
    answered: bool = False
    """Completed, with something else than nothing: a probe that saw nothing has answered nothing."""
    failure: str | None = None
    """Of the last attempt that failed: its type and message."""
    next_attempt_at: datetime | None = None
    told: JsonValue = None
    """What the running attempt has last said of its progress: the second detail of its heartbeat."""

    @property
    def key(self) -> str:
        """The same for all executions of one step."""
        return self.step.key if self.step else self.id

    @property
    def is_probe(self) -> bool:
        """It only asks what has become of the step under whose key it runs."""
        return self._is_named(PROBE) and not (self.step and self.id.startswith(self.step.step))

    @property
    def is_announcement(self) -> bool:
        """It tells people of the flow, and is no part of it."""
        return self._is_named(ANNOUNCEMENT)

    def _is_named(self, pattern: re.Pattern[str]) -> bool:
        return self.step is not None and pattern.fullmatch(self.id) is not None


async def read_activities(
    events: Iterable[HistoryEvent], pending: Iterable[PendingActivityInfo], converter: DataConverter
) -> list[Activity]:
    """All activities of a history, in the order in which they were scheduled."""
    found: dict[int, Activity] = {}
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            found[event.event_id] = _scheduled(event)
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            _start(found, event)
        elif ending := _ENDINGS.get(event.event_type):
            attributes = getattr(event, ending)
            failure = attributes.failure if hasattr(attributes, "failure") else None
            found[attributes.scheduled_event_id] = replace(
                found[attributes.scheduled_event_id],
                ended_at=moment(event.event_time),
                completed=event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
                answered=await _is_something(event, converter),
                failure=await failure_text(failure, converter) if failure else None,
            )
    running = {activity.activity_id: activity for activity in pending}
    return [await _with_pending(activity, running.get(activity.id), converter) for activity in found.values()]


async def failure_text(failure: Failure, converter: DataConverter) -> str:
    """One line: the type and message of the root cause, decoded where a codec has encoded it."""
    return describe(await converter.decode_failure(failure))


def end_reason(events: Sequence[HistoryEvent]) -> str:
    """What was said when the flow was cancelled or terminated from outside; empty if it was not."""
    for event in reversed(events):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
            terminated = event.workflow_execution_terminated_event_attributes
            return _told("terminated", terminated.reason)
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
            return "timed out by the server"
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
            requested = event.workflow_execution_cancel_requested_event_attributes
            return _told("cancelled", requested.cause)
    return ""


def _told(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def moment(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)


def step_header(header: Header) -> StepHeader | None:
    payload: Payload | None = header.fields.get(STEP_HEADER)
    try:
        return StepHeader.model_validate_json(payload.data) if payload else None
    except ValidationError:  # encoded by a codec whose key is not here
        return None


def _scheduled(event: HistoryEvent) -> Activity:
    attributes = event.activity_task_scheduled_event_attributes
    return Activity(
        id=attributes.activity_id,
        name=attributes.activity_type.name,
        step=step_header(attributes.header),
        scheduled_at=moment(event.event_time),
    )


def _start(found: dict[int, Activity], event: HistoryEvent) -> None:
    """The server writes this event once, for the last attempt; an earlier one began about when it was scheduled."""
    attributes = event.activity_task_started_event_attributes
    activity = found[attributes.scheduled_event_id]
    begun = moment(event.event_time) if attributes.attempt == 1 else activity.scheduled_at
    found[attributes.scheduled_event_id] = replace(activity, attempts=attributes.attempt, started_at=begun)


async def _is_something(event: HistoryEvent, converter: DataConverter) -> bool:
    payloads = event.activity_task_completed_event_attributes.result.payloads
    try:
        return any(value is not None for value in await converter.decode(payloads))
    except Exception:  # noqa: BLE001 - whatever a codec says whose key is not here: it is something
        return True


async def _with_pending(
    activity: Activity, pending: PendingActivityInfo | None, converter: DataConverter
) -> Activity:
    if pending is None or activity.ended_at:
        return activity
    waits = pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    attempts = pending.attempt - 1 if waits else pending.attempt
    failed = pending.HasField("last_failure")
    return replace(
        activity,
        attempts=attempts,
        started_at=_begun(activity, pending, attempts),
        failure=await failure_text(pending.last_failure, converter) if failed else None,
        next_attempt_at=moment(pending.next_attempt_schedule_time)
        if waits and pending.HasField("next_attempt_schedule_time")
        else None,
        told=await _told_by(pending, converter),
    )


async def _told_by(pending: PendingActivityInfo, converter: DataConverter) -> JsonValue:
    told = pending.heartbeat_details.payloads[1:2]
    try:
        return next(iter(await converter.decode(told)), None)
    except Exception:  # noqa: BLE001 - whatever a codec says whose key is not here: it cannot be shown
        return None


def _begun(activity: Activity, pending: PendingActivityInfo, attempts: int) -> datetime | None:
    """The server forgets the first attempt's start as soon as it has failed."""
    if attempts == 0:
        return None
    known = attempts == 1 and pending.HasField("last_started_time")
    return moment(pending.last_started_time) if known else activity.scheduled_at
