"""Steps that may fail: another takes their place, or the flow goes on without them."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from temporalio.exceptions import FailureError, is_cancelled_exception

from saga.headers import Outcome
from saga.status import StepState
from saga.steps import Steps
from saga.tolerance import Tolerance, tolerating

T = TypeVar("T")


async def first_of(alternatives: Sequence[Coroutine[Any, Any, T]], steps: Steps) -> T:
    """See `Saga.fallback`."""
    if not alternatives:
        raise ValueError("fallback needs a step")
    try:
        for alternative in alternatives[:-1]:
            try:
                with tolerating(Tolerance.ALTERNATIVE):
                    return await alternative
            except FailureError as error:
                failed = steps.failed(error)
                if failed is None or failed.outcome is not Outcome.REFUSED:
                    raise
        return await alternatives[-1]
    finally:
        for alternative in alternatives:
            alternative.close()


async def optional(step: Coroutine[Any, Any, T], steps: Steps) -> T | None:
    """See `Saga.optional`."""
    try:
        with tolerating(Tolerance.OPTIONAL):
            return await step
    except FailureError as error:
        failed = steps.failed(error)
        if failed is None or is_cancelled_exception(error):
            raise
        failed.state = StepState.SKIPPED
        return None
