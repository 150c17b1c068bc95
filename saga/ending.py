"""How a flow ends: what counts as an end, which failure it is, and what the status calls it."""

from __future__ import annotations

import asyncio

from temporalio.exceptions import is_cancelled_exception

from saga.cancellation import cancel_requested, is_bug, is_eviction
from saga.deadline import Deadline
from saga.status import FlowState


def is_end(error: BaseException | None) -> bool:
    """Whether `run` has ended with it. An eviction, a bug and a continue-as-new are no ends."""
    if error is None:
        return True
    return not (isinstance(error, GeneratorExit) or is_eviction(error) or is_bug(error))


def ending_of(error: BaseException, deadline: Deadline) -> BaseException:
    """What the flow ends with: a cancel known by now comes before a failure, and a passed deadline before its own cancel."""
    if cancel_requested():
        return error if isinstance(error, asyncio.CancelledError) else asyncio.CancelledError()
    if deadline.passed and is_cancelled_exception(error):
        return deadline.failure()
    return error


def end_state(error: BaseException | None, *, undone: bool) -> FlowState:
    """What the status says in the end; `undone` is whether everything was undone, by itself."""
    if error is None:
        return FlowState.COMPLETED
    if cancel_requested() and is_cancelled_exception(error):
        return FlowState.CANCELLED
    return FlowState.COMPENSATED if undone else FlowState.FAILED
