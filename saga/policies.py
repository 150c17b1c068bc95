"""How long a step, an undo and a step beyond the point of no return are tried, unless the flow says otherwise.

Schedule-to-close is only a safety net, since it also counts the time in which no worker runs, and our own outage must
not undo a flow. What bounds a step is its attempts, the time per attempt and the cap on the back-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType, ActivityConfig

ATTEMPT_TIMEOUT = timedelta(seconds=30)
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
SAFETY_NET = timedelta(hours=24)

BEFORE_POINT_OF_NO_RETURN = ActivityConfig(
    start_to_close_timeout=ATTEMPT_TIMEOUT,
    heartbeat_timeout=HEARTBEAT_TIMEOUT,
    schedule_to_close_timeout=SAFETY_NET,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=5,
    ),
)
"""A step that can still be undone: bounded, so that the flow comes to an end."""

COMPENSATION = ActivityConfig(
    start_to_close_timeout=ATTEMPT_TIMEOUT,
    heartbeat_timeout=HEARTBEAT_TIMEOUT,
    schedule_to_close_timeout=SAFETY_NET,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=8,
    ),
)
"""One bounded run of an undo; when it is exceeded, the undo's incident opens and the next undo runs."""

AFTER_POINT_OF_NO_RETURN = ActivityConfig(
    start_to_close_timeout=ATTEMPT_TIMEOUT,
    heartbeat_timeout=HEARTBEAT_TIMEOUT,
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(minutes=5),
        maximum_attempts=0,
    ),
)
"""A step that must happen: tried for as long as it takes."""

ANNOUNCEMENT = ActivityConfig(
    start_to_close_timeout=ATTEMPT_TIMEOUT,
    heartbeat_timeout=HEARTBEAT_TIMEOUT,
    schedule_to_close_timeout=timedelta(minutes=30),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=30),
        maximum_attempts=8,
    ),
)
"""Telling someone: given up after some minutes, and shown as not delivered."""

REMINDER_INTERVAL = timedelta(hours=1)
"""From the opening of an incident to the first reminder; doubled each time up to the next constant."""

REMINDER_INTERVAL_MAX = timedelta(days=1)

COMPENSATION_RETRY_INTERVAL = timedelta(minutes=10)
"""Durable wait before an exceeded undo is tried again by itself; doubled each time up to the next constant."""

COMPENSATION_RETRY_INTERVAL_MAX = timedelta(hours=6)

RETRY_LATER_LIMIT = timedelta(hours=24)
"""All durable waits of one step before the point of no return together: told to wait longer, the step has failed."""

POLL_INTERVAL = timedelta(seconds=30)
"""From one question to the next after a request that was only accepted."""

SETTLE_LIMIT = timedelta(minutes=30)
"""All that time together: then the step has failed, and what it has done is unknown."""

_WAIT = ActivityConfig(cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)


def merged(*configs: Mapping[str, Any]) -> ActivityConfig:
    """Later configurations win.

    Unless one says otherwise a cancelled call is waited for: else the refund overtakes the charge.
    """
    result: dict[str, Any] = {**_WAIT}
    for config in configs:
        result.update(config)
    return cast("ActivityConfig", result)


def place(options: Mapping[str, Any]) -> ActivityConfig:
    """Where a step runs: there its undo and its questions run too, unless they say otherwise."""
    return cast("ActivityConfig", {key: value for key, value in options.items() if key == "task_queue"})
